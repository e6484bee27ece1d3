package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon"
	"khadamat/internal/recon/engine"
	"khadamat/internal/recon/rules"
	"khadamat/internal/recon/source"
	"khadamat/internal/texts"
)

// errOpen ends a command with code 1: it ran, and something stays open.
var errOpen = errors.New("some records stay open")

// workFolder is where a run keeps its stages in the folder of its reports, so that one that was ended early goes on when it is called again.
const workFolder = ".khadamat-run"

type reconRun struct {
	Files      []string `arg:"" help:"Files of the left side, of the right side, and of further ones." placeholder:"FILE"`
	Rules      string   `help:"File with a ruleset; without it, all is found out from the data." placeholder:"FILE"`
	SaveRules  string   `help:"File that the ruleset used is written to." placeholder:"FILE"`
	Out        string   `help:"Folder that the reports are written to." placeholder:"DIR"`
	Format     string   `help:"How the summary is printed." enum:"text,json" default:"text"`
	FailOnOpen bool     `help:"End with code 1 where anything stays open."`
	Memory     string   `help:"Most memory that the run may use: 512MB, 2GB. Half of what is free where it is left out." placeholder:"SIZE"`
}

func (c *reconRun) Run(ctx context.Context) error {
	job, err := c.job()
	if err != nil {
		return err
	}
	folder, done, err := c.folder()
	if err != nil {
		return err
	}
	runner, err := engine.New("")
	if err != nil {
		return err
	}
	tell, end := watch()
	err = runner.Run(ctx, folder, job, tell)
	end()
	if ctx.Err() != nil {
		return done(false, errors.New(texts.Catalog().T(language(), c.interrupted(), nil)))
	}
	var problem *source.Problem
	var rule *rules.Problem
	if errors.As(err, &problem) || errors.As(err, &rule) {
		resumes := problem != nil && (problem.Key == "recon_engine.memory" || problem.Key == "recon_engine.killed")
		return done(!resumes, unusable{err})
	}
	if err != nil {
		return done(false, err)
	}
	return done(true, c.show(folder))
}

// interrupted is what is said to who has ended a run.
func (c *reconRun) interrupted() string {
	if c.Out != "" {
		return "recon_engine.interrupted_kept"
	}
	return "recon_engine.interrupted"
}

// job is what the command line asks for.
func (c *reconRun) job() (engine.Job, error) {
	job := engine.Job{Language: language(), NoArchive: true, Reports: &engine.Reports{}}
	for _, name := range c.Files {
		if err := usable(name); err != nil {
			return job, err
		}
		path, err := filepath.Abs(name)
		if err != nil {
			return job, err
		}
		job.Sources = append(job.Sources, engine.Source{Files: []engine.File{{Path: path}}})
	}
	if c.Rules != "" {
		if err := usable(c.Rules); err != nil {
			return job, err
		}
		content, err := os.ReadFile(c.Rules)
		if err != nil {
			return job, unusable{fmt.Errorf("%s: %w", filepath.Base(c.Rules), err)}
		}
		job.Rules = string(content)
		if err := recon.Prepare(nil, content); err != nil {
			return job, unusable{fmt.Errorf("%s: %w", filepath.Base(c.Rules), err)}
		}
	}
	var err error
	if c.Out != "" {
		if job.Reports.Folder, err = filepath.Abs(c.Out); err != nil {
			return job, err
		}
	}
	job.Memory, err = parseSize(c.Memory)
	return job, err
}

// usable says what is wrong with a file before anything is begun.
func usable(name string) error {
	info, err := os.Stat(name)
	if err == nil && info.IsDir() {
		err = &source.Problem{Key: "recon_engine.is_folder"}
	}
	if err == nil {
		var f *os.File
		if f, err = os.Open(name); err == nil {
			return f.Close()
		}
	}
	return unusable{fmt.Errorf("%s: %w", filepath.Base(name), err)}
}

// parseSize reads 512MB, 2GB, 1.5 GiB or a number of bytes; nothing is 0.
func parseSize(text string) (int64, error) {
	number, factor := strings.ToUpper(strings.TrimSpace(text)), 1.0
	if number == "" {
		return 0, nil
	}
	for unit, power := range map[string]float64{"K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40} {
		for _, ending := range []string{unit + "IB", unit + "B", unit} {
			if before, ok := strings.CutSuffix(number, ending); ok && factor == 1 {
				number, factor = strings.TrimSpace(before), power
			}
		}
	}
	size, err := strconv.ParseFloat(number, 64)
	if size *= factor; err != nil || !(size >= 1 && size <= 1<<60) { // which no NaN is
		return 0, unusable{&source.Problem{Key: "recon_engine.no_size", Value: text}}
	}
	return int64(size), nil
}

// folder returns where the run works, and what ends it: the folder is kept where the run may go on in it.
func (c *reconRun) folder() (folder string, done func(over bool, err error) error, err error) {
	if c.Out == "" {
		if folder, err = os.MkdirTemp("", "khadamat-recon-"); err != nil {
			return "", nil, err
		}
		return folder, func(_ bool, err error) error { return errors.Join(err, os.RemoveAll(folder)) }, nil
	}
	if err := os.MkdirAll(c.Out, 0o755); err != nil { //nolint:gosec // reports, for whoever may read the folder
		return "", nil, unusable{err}
	}
	folder = filepath.Join(c.Out, workFolder)
	return folder, func(over bool, err error) error {
		if over {
			return errors.Join(err, os.RemoveAll(folder))
		}
		return err
	}, nil
}

// show prints the summary of a run that is over.
func (c *reconRun) show(folder string) error {
	if c.SaveRules != "" {
		ruleset, err := os.ReadFile(filepath.Join(folder, engine.RulesFile))
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.SaveRules, ruleset, 0o644); err != nil { //nolint:gosec // a report, for whoever may read the folder
			return err
		}
	}
	name := engine.PrintedText
	if c.Format == "json" {
		name = engine.PrintedJSON
	}
	printed, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		return err
	}
	if _, err := os.Stdout.Write(printed); err != nil {
		return err
	}
	open, err := openRecords(folder)
	if err != nil {
		return err
	}
	if c.FailOnOpen && open > 0 {
		return errOpen
	}
	return nil
}

// openRecords counts the records that a run has left open.
func openRecords(folder string) (int, error) {
	content, err := os.ReadFile(filepath.Join(folder, engine.SummaryFile))
	if err != nil {
		return 0, err
	}
	var summary struct {
		Sides map[string]struct {
			Open int `json:"open"`
		} `json:"sides"`
	}
	if err := json.Unmarshal(content, &summary); err != nil {
		return 0, err
	}
	open := 0
	for _, side := range summary.Sides {
		open += side.Open
	}
	return open, nil
}

// watch shows progress on a terminal, and nothing elsewhere.
func watch() (tell func(engine.Progress), end func()) {
	info, err := os.Stderr.Stat()
	if err != nil || info.Mode()&fs.ModeCharDevice == 0 {
		return nil, func() {}
	}
	return func(p engine.Progress) { fmt.Fprint(os.Stderr, "\r\033[K", progressLine(p, language())) }, func() { fmt.Fprint(os.Stderr, "\r\033[K") }
}

// progressLine says where a run is: the stage, rows, rate and time left.
func progressLine(p engine.Progress, language i18n.Language) string {
	catalog := texts.Catalog()
	stage := map[string]string{
		recon.StageRead: catalog.T(language, "recon_engine.stage_read", nil), recon.StageMatch: catalog.T(language, "recon_engine.stage_match", nil),
		recon.StageWrite: catalog.T(language, "recon_engine.stage_write", nil),
	}[p.Stage]
	line := fmt.Sprintf("%d/%d %s", p.Step, p.Steps, stage)
	number := func(n int64) string { return i18n.FormatNumber(language, n) }
	switch {
	case p.Total > 0:
		line += " · " + catalog.T(language, "recon_engine.rows_of", map[string]any{"Done": number(min(p.Done, p.Total)), "Total": number(p.Total)})
	case p.Done > 0:
		line += " · " + catalog.T(language, "recon_engine.rows", map[string]any{"Done": number(p.Done)})
	}
	if p.Rate > 0 {
		line += " · " + catalog.T(language, "recon_engine.rate", map[string]any{"Rate": number(int64(p.Rate))})
	}
	if p.Left >= time.Second {
		line += " · " + catalog.T(language, "recon_engine.left", map[string]any{"Seconds": number(int64(p.Left.Seconds()))})
	}
	return line
}

// reconWork is what the child process of a run does.
type reconWork struct {
	Folder string `arg:"" help:"Folder with a job.json."`
}

func (c *reconWork) Run(ctx context.Context) error {
	return engine.Work(ctx, c.Folder, os.Stdout)
}
