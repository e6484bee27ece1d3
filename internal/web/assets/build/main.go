// Command build makes the dist folder of package assets from its src folder and from the fonts that npm installed: it bundles
// and shrinks scripts and style, puts a hash of its content into each file's name, compresses what compresses, and writes the
// manifest. Run it from anywhere within the repository, after `npm ci`.
package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"khadamat/internal/web/assets/source"
)

// fonts are the files that pages load, by the name that style.css and pages give them, below node_modules.
var fonts = map[string]string{
	"fonts/figtree-latin.woff2": "@fontsource-variable/figtree/files/figtree-latin-wght-normal.woff2",
	"fonts/readex-arabic.woff2": "@fontsource-variable/readex-pro/files/readex-pro-arabic-wght-normal.woff2",
}

// faces are the fonts that package platform/drawing sets text in, by their file in its folder faces.
var faces = map[string]string{
	"latin.ttf":  "fonts/figtree-latin.woff2",
	"arabic.ttf": "fonts/readex-arabic.woff2",
}

// builder gathers what goes into dist.
type builder struct {
	root  string            // of the repository
	src   string            // the folder of sources
	dist  string            // where the result goes
	files map[string]string // name → name with hash
	made  map[string][]byte // name with hash → content
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "assets:", err)
		os.Exit(1)
	}
}

func run() error {
	root, err := repositoryRoot()
	if err != nil {
		return err
	}
	assets := filepath.Join(root, "internal", "web", "assets")
	b := &builder{
		root: root, src: filepath.Join(assets, "src"), dist: filepath.Join(assets, "dist"),
		files: map[string]string{}, made: map[string][]byte{},
	}
	steps := []func() error{b.copyFonts, b.copyDrawings, b.bundleStyles, b.bundleScripts, b.write, b.unpackFaces}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func repositoryRoot() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", errors.New("not within the repository")
		}
		folder = parent
	}
}

func (b *builder) add(name string, content []byte) {
	sum := sha256.Sum256(content)
	extension := filepath.Ext(name)
	hashed := strings.TrimSuffix(name, extension) + "-" + hex.EncodeToString(sum[:5]) + extension
	b.files[name], b.made[hashed] = hashed, content
}

func (b *builder) copyFonts() error {
	for name, from := range fonts {
		content, err := os.ReadFile(filepath.Join(b.root, "node_modules", filepath.FromSlash(from)))
		if err != nil {
			return fmt.Errorf("%w (run npm ci first)", err)
		}
		b.add(name, content)
	}
	return nil
}

// unpackFaces gives pictures drawn by the server the fonts of the pages.
func (b *builder) unpackFaces() error {
	for name, from := range faces {
		content, err := unpackWOFF2(b.made[b.files[from]])
		if err != nil {
			return fmt.Errorf("%s: %w", from, err)
		}
		if err := os.WriteFile(filepath.Join(b.root, "internal", "platform", "drawing", "faces", name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// copyDrawings takes the drawings that pages load as images. Icons are not among them: these are part of the pages.
func (b *builder) copyDrawings() error {
	paths, err := filepath.Glob(filepath.Join(b.src, "illustrations", "*.svg"))
	if err != nil {
		return err
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		b.add("illustrations/"+filepath.Base(path), shrinkDrawing(content))
	}
	return nil
}

// shrinkDrawing takes out the indentation between elements. Our drawings have no text whose space would matter.
func shrinkDrawing(content []byte) []byte {
	lines := strings.Split(string(content), "\n")
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	return []byte(strings.Join(lines, ""))
}

// bundles are what pages load: app on every page, work as well on those where people work (providers, operators, settings).
var bundles = []string{"app", "work"}

func (b *builder) bundleStyles() error {
	for _, name := range bundles {
		if err := b.bundleStyle(name + ".css"); err != nil {
			return err
		}
	}
	return nil
}

func (b *builder) bundleStyle(name string) error {
	result, err := b.bundle(api.BuildOptions{
		EntryPoints: []string{filepath.Join(b.src, "css", name)},
		External:    []string{"asset:*"},
		Engines: []api.Engine{
			{Name: api.EngineChrome, Version: "111"}, {Name: api.EngineFirefox, Version: "113"}, {Name: api.EngineSafari, Version: "16.4"},
		},
	})
	if err != nil {
		return err
	}
	style := string(result)
	for name, hashed := range b.files {
		style = strings.ReplaceAll(style, "asset:"+name, "/assets/"+hashed)
	}
	if at := strings.Index(style, "asset:"); at >= 0 {
		return fmt.Errorf("the style asks for an asset that there is not: %.60s", style[at:])
	}
	b.add(name, []byte(style))
	return nil
}

func (b *builder) bundleScripts() error {
	for _, name := range bundles {
		result, err := b.bundle(api.BuildOptions{
			EntryPoints: []string{filepath.Join(b.src, "ts", name+".ts")},
			Format:      api.FormatESModule,
			Target:      api.ES2022,
		})
		if err != nil {
			return err
		}
		b.add(name+".js", result)
	}
	return nil
}

func (b *builder) bundle(options api.BuildOptions) ([]byte, error) {
	options.Bundle = true
	options.MinifyWhitespace, options.MinifyIdentifiers, options.MinifySyntax = true, true, true
	options.LegalComments = api.LegalCommentsNone
	options.Charset = api.CharsetUTF8
	options.AbsWorkingDir = b.root
	options.LogLevel = api.LogLevelWarning
	result := api.Build(options)
	if len(result.Errors) > 0 || len(result.OutputFiles) != 1 {
		return nil, fmt.Errorf("%s does not build", options.EntryPoints[0])
	}
	return result.OutputFiles[0].Contents, nil
}

// write puts the new files beside the old ones, then the manifest, then takes the old ones away: whoever builds the binary
// meanwhile finds a whole set.
func (b *builder) write() error {
	keep := map[string]bool{"manifest.json": true}
	for name, content := range b.made {
		keep[name] = true
		if err := b.put(name, content); err != nil {
			return err
		}
		packed, err := compress(content)
		if err != nil {
			return err
		}
		if len(packed) >= len(content)*9/10 {
			continue
		}
		keep[name+".gz"] = true
		if err := b.put(name+".gz", packed); err != nil {
			return err
		}
	}
	sources, err := source.Hash(os.DirFS(b.src))
	if err != nil {
		return err
	}
	manifest, err := json.MarshalIndent(map[string]any{"sources": sources, "files": b.files}, "", "  ")
	if err != nil {
		return err
	}
	if err := b.put("manifest.json", append(manifest, '\n')); err != nil {
		return err
	}
	return b.removeOthers(keep)
}

func (b *builder) put(name string, content []byte) error {
	path := filepath.Join(b.dist, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}

func (b *builder) removeOthers(keep map[string]bool) error {
	return filepath.WalkDir(b.dist, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(b.dist, path)
		if err != nil || keep[filepath.ToSlash(name)] {
			return err
		}
		return os.Remove(path)
	})
}

func compress(content []byte) ([]byte, error) {
	var packed bytes.Buffer
	w, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(content); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}
