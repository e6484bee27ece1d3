package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon"
	"khadamat/internal/recon/report"
	"khadamat/internal/recon/sample"
	"khadamat/internal/recon/score"
)

type reconciling struct {
	Run      reconRun      `cmd:"" help:"Reconcile two files: find what belongs together, and say what does not and why."`
	Inspect  reconInspect  `cmd:"" help:"Say how a file is written and what its columns are taken for."`
	Eval     reconEval     `cmd:"" help:"Reconcile sets with a truth.csv and score what was found."`
	Generate reconGenerate `cmd:"" help:"Write a bank statement, a ledger and the truth about them."`
}

// unusable ends a command with code 2: its input cannot be worked with.
type unusable struct{ error }

func (u unusable) Unwrap() error { return u.error }

// Error names the file and says what is wrong and what to do, in the reader's language.
func (u unusable) Error() string {
	text := recon.Explain(language(), u.error)
	if file, _, found := strings.Cut(u.error.Error(), ": "); found && text != u.error.Error() {
		return file + ": " + text
	}
	return text
}

// errOpen ends a command with code 1: it ran, and something stays open.
var errOpen = errors.New("some records stay open")

type reconRun struct {
	Left       string `arg:"" help:"File of the left side." type:"existingfile"`
	Right      string `arg:"" help:"File of the right side." type:"existingfile"`
	Out        string `help:"Folder that the reports are written to." placeholder:"DIR"`
	Format     string `help:"How the summary is printed." enum:"text,json" default:"text"`
	FailOnOpen bool   `help:"End with code 1 where anything stays open."`
	SaveRules  string `help:"File that the ruleset used is written to." placeholder:"FILE"`
}

func (c *reconRun) Run(ctx context.Context) error {
	progress, end := watch()
	r, err := recon.Files(ctx, c.Left, c.Right, recon.Options{Language: language(), Progress: progress})
	end()
	if err != nil {
		return unusable{err}
	}
	if c.SaveRules != "" {
		if err := os.WriteFile(c.SaveRules, r.Rules, 0o644); err != nil { //nolint:gosec // a report, for whoever may read the folder
			return err
		}
	}
	if c.Out != "" {
		if err := report.Write(ctx, c.Out, r, report.Options{Language: string(language())}); err != nil {
			return err
		}
	}
	if c.Format == "json" {
		if err := report.WriteJSON(ctx, os.Stdout, r); err != nil {
			return err
		}
	} else {
		report.Summary(os.Stdout, r, string(language()))
	}
	if c.FailOnOpen && len(r.Open) > 0 {
		return errOpen
	}
	return nil
}

// language is the reader's, as the terminal has it: English where it is none of ours.
func language() i18n.Language {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := os.Getenv(name); value != "" {
			for _, known := range i18n.Languages {
				if strings.HasPrefix(value, string(known)) {
					return known
				}
			}
			return "en"
		}
	}
	return "en"
}

// watch shows progress on a terminal, and nothing elsewhere.
func watch() (recon.Progress, func()) {
	info, err := os.Stderr.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func(string, int) {}, func() {}
	}
	return func(stage string, rows int) {
			line := stage
			if rows > 0 {
				line = fmt.Sprintf("%s: %d", stage, rows)
			}
			fmt.Fprintf(os.Stderr, "\r\033[K%s", line)
		}, func() {
			fmt.Fprint(os.Stderr, "\r\033[K")
		}
}

type reconInspect struct {
	File   string `arg:"" help:"The file." type:"existingfile"`
	Format string `help:"How it is printed." enum:"text,json" default:"text"`
}

func (c *reconInspect) Run(ctx context.Context) error {
	found, err := recon.Inspect(ctx, c.File, recon.Options{Language: language()})
	if err != nil {
		return unusable{err}
	}
	if c.Format == "json" {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		return out.Encode(found)
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%s\t%s\t%s\t%d rows\n\n", found.Name, found.Format, found.Encoding, found.Rows)
	fmt.Fprintln(w, "column\ttaken for\twritten\tconfidence\tfilled\tsample")
	for _, column := range found.Columns {
		fmt.Fprintf(w, "%s\t%s\t%s\t%.2f\t%d\t%s\n", column.Name, column.Role, column.Format, column.Confidence, column.Filled, strings.Join(column.Sample, " | "))
	}
	for _, problem := range found.Problems {
		fmt.Fprintln(w, "\n"+problem)
	}
	return w.Flush()
}

type reconEval struct {
	Sets []string `arg:"" help:"Folders with two files of records and a truth.csv." type:"existingdir"`
}

func (c *reconEval) Run(ctx context.Context) error {
	w := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "set\tprecision\trecall\tF1\ttime\t")
	for _, folder := range c.Sets {
		left, right, err := recon.SetOf(folder)
		if err != nil {
			return unusable{err}
		}
		truth, err := score.Read(filepath.Join(folder, "truth.csv"))
		if err != nil {
			return unusable{err}
		}
		started := time.Now()
		r, err := recon.Files(ctx, left, right, recon.Options{Language: language()})
		if err != nil {
			return unusable{err}
		}
		took := time.Since(started)
		scores := score.Compare(truth, score.Of(r))
		fmt.Fprintf(w, "%s\t%.4f\t%.4f\t%.4f\t%.2f s\t\n", folder, scores.Precision, scores.Recall, scores.F1, took.Seconds())
		for _, kind := range scores.Kinds {
			fmt.Fprintf(w, "%s exactly\t\t%.4f\t\t\t\n", kind.Kind, kind.GroupRecall)
		}
	}
	return w.Flush()
}

type reconGenerate struct {
	Folder string `arg:"" help:"Folder that the files are written to." placeholder:"DIR"`
	Rows   int    `help:"Ledger entries." default:"2000"`
	Seed   uint64 `help:"The same seed gives the same files." default:"1"`
	PerDay int    `help:"Ledger entries a day: more make sums more ambiguous." default:"15"`
}

func (c *reconGenerate) Run(ctx context.Context) error {
	summary, err := sample.Write(ctx, c.Folder, sample.Options{Rows: c.Rows, Seed: c.Seed, PerDay: c.PerDay})
	if err != nil {
		return unusable{err}
	}
	fmt.Printf("%+v\n", summary)
	return nil
}
