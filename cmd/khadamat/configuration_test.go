package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

var update = flag.Bool("update", false, "write docs/configuration.md")

// The page is made from the flags themselves: go test ./cmd/khadamat -update
func TestTheConfigurationPageSaysWhatTheFlagsSay(t *testing.T) {
	parser, err := kong.New(&commands, options(context.Background())...)
	if err != nil {
		t.Fatal(err)
	}
	const path = "../../docs/configuration.md"
	want := page(parser.Model)
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Fatalf("%s is not in step with the flags; run go test ./cmd/khadamat -update", path)
	}
}

func page(model *kong.Application) string {
	var b strings.Builder
	b.WriteString("# Configuration\n\nA setting is a flag, an environment variable, or a member of a JSON file (`khadamat.json` where it is started, or `--config FILE`); a flag wins over the environment, and that over the file. This page is made from the flags.\n")
	for _, command := range model.Leaves(true) {
		fmt.Fprintf(&b, "\n## khadamat %s\n\n%s\n\n| flag | environment | default | |\n| --- | --- | --- | --- |\n", command.Path(), command.Help)
		for _, f := range command.Flags {
			name := "--" + f.Name
			env := ""
			if len(f.Envs) > 0 {
				env = "`" + f.Envs[0] + "`"
			}
			value := ""
			if f.Default != "" {
				value = "`" + f.Default + "`"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", name, env, value, f.Help)
		}
	}
	return b.String()
}
