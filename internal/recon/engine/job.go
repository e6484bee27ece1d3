// Package engine runs reconciliations: in stages that are kept on disk, in a child process that can be cancelled, killed and started
// again, within a bound of memory.
package engine

import (
	"context"
	"time"

	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon"
	"khadamat/internal/recon/report"
)

// Job is everything that a run needs. It stands as job.json in the run's folder, so that whoever finds the folder can go on with it.
type Job struct {
	Sources   []Source      `json:"sources"`           // the sides in their order, two to eight
	Rules     string        `json:"rules,omitempty"`   // a ruleset in YAML; empty: automatic
	Settled   []Settled     `json:"settled,omitempty"` // what was settled before: its records are not matched again
	Apart     [][]string    `json:"apart,omitempty"`   // records, by their keys, that people keep apart
	Language  i18n.Language `json:"language"`          // of what people read in results
	Memory    int64         `json:"memory,omitempty"`  // bytes; 0: half of what is free
	NoArchive bool          `json:"no_archive,omitempty"`
	Reports   *Reports      `json:"reports,omitempty"` // nil: none
}

// Source is one side: its files, read one after another. A row that stands in several of them (by its content) counts once.
type Source = recon.Input

// File is a file of records on this machine.
type File = recon.File

// Settled is a match of an earlier run, or one that a person made, which stays as it is.
type Settled = recon.Settled

// Reports are files for people and programs (package report), which say how long the run took. Beside them two files in the run's folder,
// PrintedText and PrintedJSON, hold what is shown on a terminal.
type Reports struct {
	Folder  string          `json:"folder"`            // empty: what is shown on a terminal only
	Formats []report.Format `json:"formats,omitempty"` // empty: all
}

// The files of a run's folder that others may read when it is over. All but the last three have the same bytes for the same job.
const (
	ResultFile  = "result.sqlite"
	SummaryFile = "summary.json"
	RulesFile   = "rules.yaml"
	TimingFile  = "timing.json"
	PrintedText = "printed.txt"
	PrintedJSON = "printed.json"
)

// Progress is where a run is.
type Progress struct {
	Stage string        `json:"stage"` // read, match, write
	Step  int           `json:"step"`  // from 1
	Steps int           `json:"steps"`
	Done  int64         `json:"done"`  // rows
	Total int64         `json:"total"` // rows in all; 0: not known yet
	Rate  float64       `json:"rate"`  // rows a second
	Left  time.Duration `json:"left"`  // nanoseconds, of this step; 0: not known
}

// Runner executes jobs.
type Runner interface {
	// Run executes the job of a folder to its end in a child process, or goes on with one that was killed, and tells its progress. When it
	// returns nil, the folder holds result.sqlite (package archive) and summary.json. The error of input that cannot be used is a
	// *source.Problem or a *rules.Problem (in the chain); that of a cancelled context is ctx.Err().
	Run(ctx context.Context, folder string, job Job, tell func(Progress)) error
}
