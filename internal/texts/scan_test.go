package texts

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// usage is what the sources say about message keys.
type usage struct {
	asked     map[string][]string // keys in calls and fields that take a key, with the places
	mentioned map[string]bool     // every literal that has the form of a key, wherever it stands
}

var keyForm = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_]+)+$`)

// takesKey are the functions and methods whose arguments include a message key, by name; in what they are given, the literals
// of key form are keys. errs.New and errs.Wrap count only as qualified calls: New is a name that many packages have.
var takesKey = map[string]bool{"T": true, "t": true, "Add": true, "Check": true, "errs.New": true, "errs.Wrap": true}

// keyFields are the fields of composite literals that hold a message key.
var keyFields = map[string]bool{"Key": true, "TitleKey": true, "LabelKey": true, "MessageKey": true}

var scanOnce = sync.OnceValues(func() (usage, error) { return scan(filepath.Join("..", "..")) })

func scanRepository(t *testing.T) usage {
	t.Helper()
	found, err := scanOnce()
	if err != nil {
		t.Fatal(err)
	}
	if len(found.mentioned) == 0 {
		t.Fatal("no source was scanned")
	}
	return found
}

func scan(root string) (usage, error) {
	found := usage{asked: map[string][]string{}, mentioned: map[string]bool{}}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || name == "node_modules" || name == "testdata" || name == "data" || name == "bin") {
				return filepath.SkipDir
			}
			return nil
		}
		generated := strings.HasSuffix(name, "_templ.go") // its .templ source is read instead
		switch {
		case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") && !generated:
			return found.scanFile(path, found.scanGo)
		case strings.HasSuffix(name, ".templ"):
			return found.scanFile(path, found.scanTempl)
		}
		return nil
	})
	return found, err
}

func (u usage) scanFile(path string, read func(path, source string) error) error {
	source, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return read(path, string(source))
}

func (u usage) scanGo(path, source string) error {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, source, parser.SkipObjectResolution)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	ask := func(expression ast.Expr) {
		if key, ok := keyLiteral(expression); ok {
			u.asked[key] = append(u.asked[key], set.Position(expression.Pos()).String())
		}
	}
	ast.Inspect(file, func(node ast.Node) bool {
		switch n := node.(type) {
		case *ast.BasicLit:
			if key, ok := keyLiteral(n); ok {
				u.mentioned[key] = true
			}
		case *ast.CallExpr:
			if name, receiver := calledName(n.Fun); takesKey[name] || takesKey[receiver+"."+name] {
				for _, argument := range keyArguments(name, n.Args) {
					ask(argument)
				}
			}
		case *ast.KeyValueExpr:
			if name, ok := n.Key.(*ast.Ident); ok && keyFields[name.Name] {
				ask(n.Value)
			}
		}
		return true
	})
	return nil
}

// keyArguments leaves out the arguments that may have the form of a key without being one: the name of an input
// ("address.city") comes before its complaint.
func keyArguments(name string, arguments []ast.Expr) []ast.Expr {
	switch {
	case name == "Add" && len(arguments) >= 2:
		return arguments[1:2]
	case name == "Check" && len(arguments) >= 3:
		return arguments[2:3]
	case name == "Add", name == "Check":
		return nil
	}
	return arguments
}

func calledName(function ast.Expr) (name, receiver string) {
	switch f := function.(type) {
	case *ast.Ident:
		return f.Name, ""
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			receiver = x.Name
		}
		return f.Sel.Name, receiver
	}
	return "", ""
}

func keyLiteral(expression ast.Expr) (string, bool) {
	literal, ok := expression.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	value, err := strconv.Unquote(literal.Value)
	return value, err == nil && keyForm.MatchString(value)
}

var (
	templLiteral = regexp.MustCompile("[\"`]([a-z][a-z0-9_]*(?:\\.[a-z0-9_]+)+)[\"`]")
	// templCall sees a call of T or t up to its first literal: T("k", T(lang, "k", v.T(ctx, "k".
	templCall = regexp.MustCompile("\\b[Tt]\\((?:[A-Za-z_][\\w.]*,\\s*)*[\"`]([a-z][a-z0-9_]*(?:\\.[a-z0-9_]+)+)[\"`]")
)

func (u usage) scanTempl(path, source string) error {
	for i, line := range strings.Split(source, "\n") {
		for _, match := range templLiteral.FindAllStringSubmatch(line, -1) {
			u.mentioned[match[1]] = true
		}
		for _, match := range templCall.FindAllStringSubmatch(line, -1) {
			u.asked[match[1]] = append(u.asked[match[1]], fmt.Sprintf("%s:%d", path, i+1))
		}
	}
	return nil
}

func TestTheScannerSeesEveryWayToAskForAText(t *testing.T) {
	root := t.TempDir()
	write := func(name, source string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(root, name), []byte(source), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("a.go", "package a\nfunc f() {\n"+
		`errs.New(errs.Gone, "in.new"); errs.Wrap(err, errs.Gone, "in.wrap"); fields.Add("address.city", "in.add", nil)
		fields.Check(ok, "input.name", "in.check"); c.T(lang, "in.method", nil); t("in.function"); other.New("not.key")
		_ = errs.Field{Key: "in.field"}; const k = "only.mentioned"; wait.Add(1); group.Check("x")`+"\n}\n")
	write("a_test.go", "package a\nvar x = t(\"in.test\")\n")
	write("p.templ", `<h1>{ v.T("in.templ") }</h1><p title={ T(ctx, "in.attribute") }>{ name("just.literal") }</p>`)
	write("p_templ.go", "package a\nvar y = t(\"in.generated\")\n")
	found, err := scan(root)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"in.add", "in.attribute", "in.check", "in.field", "in.function", "in.method", "in.new", "in.templ", "in.wrap"}
	if got := slices.Sorted(maps.Keys(found.asked)); !slices.Equal(got, want) {
		t.Errorf("asked for:\n%v, want\n%v", got, want)
	}
	for _, key := range []string{"only.mentioned", "just.literal", "not.key"} {
		if !found.mentioned[key] {
			t.Errorf("%s was not noticed", key)
		}
	}
}
