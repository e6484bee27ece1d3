package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon"
	"khadamat/internal/recon/sample"
	"khadamat/internal/recon/score"
)

type reconciling struct {
	Run      reconRun      `cmd:"" help:"Reconcile files: find what belongs together, and say what does not and why."`
	Inspect  reconInspect  `cmd:"" help:"Say how a file is written and what its columns are taken for."`
	Eval     reconEval     `cmd:"" help:"Reconcile sets with a truth.csv and score what was found."`
	Generate reconGenerate `cmd:"" help:"Write a bank statement, a ledger and the truth about them."`
	Schema   reconSchema   `cmd:"" help:"Print the JSON Schema of rulesets."`
	Work     reconWork     `cmd:"" hidden:"" help:"Execute the job of a folder. Runs start it."`
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

type reconInspect struct {
	File   string `arg:"" help:"The file."`
	Format string `help:"How it is printed." enum:"text,json" default:"text"`
}

func (c *reconInspect) Run(ctx context.Context) error {
	if err := usable(c.File); err != nil {
		return err
	}
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
	Sets []string `arg:"" help:"Folders with two files of records and a truth.csv."`
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
