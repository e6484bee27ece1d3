package i18n

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Catalog holds all texts, compiled. It does not change after Load and is safe for concurrent use.
type Catalog struct {
	texts    map[Language]map[string]text
	missing  atomic.Uint64
	reported sync.Map // language + key → already logged
}

// maxReported bounds how many different missing texts are logged and remembered.
const maxReported = 1000

// Load reads locales/{language}/*.json from files: each a flat object of key → text, or key → object of plural form → text, which
// is the file format of go-i18n. A key that stands twice in one language, an unknown plural form, and a placeholder that is not
// of the form {{.Name}} are errors.
func Load(files fs.FS) (*Catalog, error) {
	c := &Catalog{texts: make(map[Language]map[string]text)}
	for _, language := range Languages {
		c.texts[language] = make(map[string]text)
		names, err := fs.Glob(files, path.Join("locales", string(language), "*.json"))
		if err != nil {
			return nil, fmt.Errorf("i18n: list %s: %w", language, err)
		}
		for _, name := range names {
			if err := c.loadFile(files, name, language); err != nil {
				return nil, fmt.Errorf("i18n: %s: %w", name, err)
			}
		}
	}
	return c, nil
}

func (c *Catalog) loadFile(files fs.FS, name string, language Language) error {
	file, err := files.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	decoder := json.NewDecoder(file)
	if opening, err := decoder.Token(); err != nil || opening != json.Delim('{') {
		return errors.Join(errors.New("not a JSON object"), err)
	}
	// Token by token, since decoding into a map would hide a key that stands twice.
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		if _, twice := c.texts[language][key]; twice {
			return fmt.Errorf("key %q is already defined", key)
		}
		var raw json.RawMessage
		if err := decoder.Decode(&raw); err != nil {
			return err
		}
		compiled, err := compile(language, raw)
		if err != nil {
			return fmt.Errorf("key %q: %w", key, err)
		}
		c.texts[language][key] = compiled
	}
	_, err = decoder.Token()
	return err
}

// T returns the text under key with its placeholders filled from args. Where the text has plural forms, args["Count"] (any Go
// integer) decides which, and {{.Count}} is shown as the language writes numbers. An unknown key is returned as it is, counted and
// logged once.
func (c *Catalog) T(language Language, key string, args map[string]any) string {
	found, ok := c.texts[language][key]
	if !ok {
		if _, known := c.texts[language]; !known {
			return c.T(French, key, args)
		}
		c.reportMissing(language, key)
		return key
	}
	if found.plain {
		return found.forms[other].literal
	}
	return found.render(language, args)
}

func (c *Catalog) reportMissing(language Language, key string) {
	if c.missing.Add(1) > maxReported {
		return
	}
	if _, before := c.reported.LoadOrStore(string(language)+" "+key, true); !before {
		slog.Warn("a text is missing", "language", string(language), "key", key)
	}
}

// Missing returns how many times a text was asked for that does not exist.
func (c *Catalog) Missing() uint64 { return c.missing.Load() }

// Has says whether there is a text under key.
func (c *Catalog) Has(language Language, key string) bool {
	_, ok := c.texts[language][key]
	return ok
}

// Keys returns all keys of a language in ascending order.
func (c *Catalog) Keys(language Language) []string {
	keys := make([]string, 0, len(c.texts[language]))
	for key := range c.texts[language] {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// Placeholders returns the names of the placeholders of a text, each once, in ascending order.
func (c *Catalog) Placeholders(language Language, key string) []string {
	var names []string
	for _, form := range c.texts[language][key].forms {
		for _, s := range form.segments {
			if s.name != "" {
				names = append(names, s.name)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Forms returns the plural forms that a text has ("one", "other"), or none where the text has no plural.
func (c *Catalog) Forms(language Language, key string) []string {
	found := c.texts[language][key]
	if !found.plural {
		return nil
	}
	var names []string
	for i, form := range found.forms {
		if form.present {
			names = append(names, formNames[i])
		}
	}
	return names
}

// Blank says whether any form of a text has nothing to read.
func (c *Catalog) Blank(language Language, key string) bool {
	for _, form := range c.texts[language][key].forms {
		if form.present && len(form.segments) == 0 && strings.TrimSpace(form.literal) == "" {
			return true
		}
	}
	return false
}
