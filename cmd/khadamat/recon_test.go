package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"khadamat/internal/recon/engine"
	"khadamat/internal/recon/sample"
)

// asCommand makes this test binary the command itself, as which it also starts its own children.
const asCommand = "KHADAMAT_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// khadamat runs the command as a process and returns its exit code and what it says.
func khadamat(t *testing.T, args ...string) (code int, out, said string) {
	t.Helper()
	command := exec.Command(os.Args[0], args...)
	command.Env = append(os.Environ(), asCommand+"=1", "LC_ALL=en_GB.UTF-8", "TMPDIR="+t.TempDir())
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	var exit *exec.ExitError
	if err := command.Run(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return command.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

// files writes a bank statement and a ledger.
func files(t *testing.T, rows int) (bank, ledger string) {
	t.Helper()
	folder := t.TempDir()
	if _, err := sample.Write(t.Context(), folder, sample.Options{Rows: rows, Seed: 5, PerDay: 15}); err != nil {
		t.Fatal(err)
	}
	return filepath.Join(folder, "bank.csv"), filepath.Join(folder, "ledger.csv")
}

func TestARunPrintsItsSummaryAndWritesItsReports(t *testing.T) {
	bank, ledger := files(t, 120)
	out := filepath.Join(t.TempDir(), "made", "here")
	kept := filepath.Join(t.TempDir(), "kept.yaml")
	code, printed, said := khadamat(t, "recon", "run", bank, ledger, "--out", out, "--save-rules", kept, "--memory", "1.5GB")
	if code != 0 || said != "" || !strings.Contains(printed, "all sums add up") {
		t.Fatalf("code %d, %q, %q", code, printed, said)
	}
	left, err := os.ReadDir(out)
	if err != nil || len(left) != 7 {
		t.Errorf("the folder has %v, %v", left, err)
	}
	code, again, said := khadamat(t, "recon", "run", bank, ledger, "--rules", kept, "--format", "json", "--fail-on-open")
	if code != 1 || !strings.Contains(said, "open") {
		t.Errorf("with something open, code %d, %q", code, said)
	}
	var summary struct {
		Proved bool `json:"proved"`
		Sides  map[string]struct{ Open int }
	}
	if err := json.Unmarshal([]byte(again), &summary); err != nil || !summary.Proved || summary.Sides["left"].Open == 0 {
		t.Errorf("%v: %s", err, again)
	}
}

func TestThreeFilesAreReconciled(t *testing.T) {
	folder := t.TempDir()
	content := "id,date,amount,label\n"
	for i, amount := range []string{"10.17", "25.40", "31.93", "47.11", "58.62"} {
		content += "R" + string(rune('1'+i)) + ",2026-03-0" + string(rune('1'+i)) + "," + amount + ",label of R" + string(rune('1'+i)) + "\n"
	}
	var names []string
	for _, name := range []string{"one.csv", "two.csv", "three.csv"} {
		names = append(names, filepath.Join(folder, name))
		if err := os.WriteFile(names[len(names)-1], []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ruleset := filepath.Join(folder, "rules.yaml")
	if err := os.WriteFile(ruleset, []byte("version: 1\npasses:\n  - name: ids\n    kind: exact\n    fields: [id]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	code, out, said := khadamat(t, append([]string{"recon", "run", "--fail-on-open", "--rules", ruleset}, names...)...)
	if code != 0 || !strings.Contains(out, "three.csv") {
		t.Errorf("code %d, %s, %s", code, out, said)
	}
}

func TestUnusableInputEndsWithCode2AndAMessageThatNamesIt(t *testing.T) {
	bank, ledger := files(t, 30)
	folder := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	page := write("page.csv", "<!doctype html><html></html>")
	rubbish := write("bad.yaml", "version: 1\npasses:\n  - name: x\n    kind: nothing\n")
	column := write("column.yaml", "version: 1\npasses:\n  - name: x\n    kind: exact\n    fields: [nobody]\n")
	for want, args := range map[string][]string{
		"missing.csv: There is no such file": {"run", filepath.Join(folder, "missing.csv"), ledger},
		"page.csv: ":                         {"run", bank, page},
		"At least two files":                 {"run", bank},
		"This is a folder":                   {"run", bank, folder},
		"512MB or 2GB":                       {"run", bank, ledger, "--memory", "much"},
		"too small":                          {"run", bank, ledger, "--memory", "1MB"},
		"bad.yaml: line 4":                   {"run", bank, ledger, "--rules", rubbish},
		"nobody":                             {"run", bank, ledger, "--rules", column},
		"gone.yaml: There is no such file":   {"run", bank, ledger, "--rules", filepath.Join(folder, "gone.yaml")},
		"absent.csv: There is no such file":  {"inspect", filepath.Join(folder, "absent.csv")},
	} {
		code, out, said := khadamat(t, append([]string{"recon"}, args...)...)
		if code != 2 || out != "" || !strings.Contains(said, want) || strings.Contains(said, "recon_") {
			t.Errorf("%v: code %d, %q, want %q", args, code, said, want)
		}
	}
}

func TestSizesOfMemoryAreRead(t *testing.T) {
	for text, want := range map[string]int64{"": 0, "2GB": 2 << 30, "512 mb": 512 << 20, "1.5GiB": 3 << 29, "64M": 64 << 20, "1048576": 1 << 20, "2kb": 2 << 10, "1TB": 1 << 40} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("%q is %d, %v", text, got, err)
		}
	}
	for _, text := range []string{"x", "-1", "0", "2XB", "NaN", "1e99", "GB"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("%q is %d", text, got)
		}
	}
}

func TestTheLineOfProgressSaysStageRowsRateAndTimeLeft(t *testing.T) {
	p := engine.Progress{Stage: "read", Step: 1, Steps: 3, Done: 1200, Total: 4800, Rate: 600, Left: 6e9}
	if line := progressLine(p, "en"); line != "1/3 Reading · 1,200 of 4,800 rows · 600 a second · 6 s left" {
		t.Error(line)
	}
	if line := progressLine(engine.Progress{Stage: "match", Step: 2, Steps: 3}, "fr"); line != "2/3 Rapprochement" {
		t.Error(line)
	}
}
