package workspace

// This file holds what people send, and what they get beside the shapes of contract.go.

import (
	"time"

	"khadamat/internal/money"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/recon/record"
)

// ProjectForm is a project as its owner describes it.
type ProjectForm struct {
	Name           string
	Description    string
	Settings       Settings
	IdempotencyKey string // of a creation
}

// ProjectCard is a project in a list.
type ProjectCard struct {
	Project
	Sources int
	LastRun *Run     // the latest, however it ended
	Figures *Figures // of the last finished run, decisions counted in
	Members int
}

// SourceForm is a side as its owner describes it.
type SourceForm struct {
	Name           string
	Kind           SourceKind
	Query          string
	Database       string
	IdempotencyKey string // of a creation
}

// Upload is a file on its way in, piece by piece.
type Upload struct {
	ID        string
	SourceID  string
	FileName  string
	Bytes     int64  // that it will have
	SHA256    string // that it will have
	Received  int64  // the offset at which the next piece begins
	ExpiresAt time.Time
}

// Preview is a version before it is used.
type Preview struct {
	Version  Version
	Format   string
	Encoding string
	Columns  []PreviewColumn
	Rows     [][]string // the first ones as the file has them, at most 50
	Count    int        // data rows
	Rejected int        // of them, that cannot be read
	Empty    int        // values that are empty, of Count × columns
	Repeated int        // rows that stand there more than once, the first of each left out
	Problems []string   // in the reader's language, at most 100
}

// PreviewColumn is what a column is taken for, and what it was taken for before a person said otherwise.
type PreviewColumn struct {
	Name       string
	Role       record.Role
	Type       record.Type
	Written    string // how its values are written: "dd/mm/yyyy", "1234,56"
	Confidence float64
	Filled     int
	Sample     []string
	Ignored    bool
	Chosen     bool // a person said so
}

// RulesetForm is a new version of the rules.
type RulesetForm struct {
	YAML           string
	Note           string
	IdempotencyKey string
}

// RulesetProblem is what is wrong with a ruleset at one place.
type RulesetProblem struct {
	Line, Column int
	Path         string // "passes[2].dates.days"
	Text         string // what is wrong and what is allowed, in the reader's language
}

// RulesetTemplate is a ruleset to begin with.
type RulesetTemplate struct {
	ID          string
	Name        string
	Description string
	YAML        string
}

// TryForm asks what a ruleset would do.
type TryForm struct {
	YAML   string
	Before int // the ruleset to compare with, by number; 0 is automatic
	Sample int // records of each side at most, 0: 2,000
}

// Trial is what a ruleset would do to a sample, compared with another one.
type Trial struct {
	Records  [2]int // of the sample, by side
	Before   int    // matches
	After    int
	Appear   []TrialMatch // at most 200
	Vanish   []TrialMatch
	Change   []TrialMatch // the same records with another kind, status or pass
	Passes   []TrialPass
	Problems []RulesetProblem // where the ruleset does not fit the columns; nothing was tried then
}

// TrialMatch is a match of a trial.
type TrialMatch struct {
	Pass       string
	Was        string // the pass that found it before, where it changes
	Kind       string
	Status     string
	Left       []string // its records as a reader knows them
	Right      []string
	Difference money.Amount
	Confidence float64
}

// TrialPass counts what a pass found before and after.
type TrialPass struct {
	Name          string
	Before, After int // matches
}

// RunForm says how to run.
type RunForm struct {
	Full           bool // everything anew, but for what people decided
	Ruleset        int  // by number; 0: automatic, -1: the newest one of the project
	IdempotencyKey string
}

// RunPage is a page of runs, the latest first. NextCursor is empty on the last one.
type RunPage struct {
	Items      []Run
	NextCursor string
}

// Act is what a person does with items. Which fields count depends on the action.
type Act struct {
	Action   Action
	Items    []string // ids; not for Match
	Keys     []string // of records, for Match
	Reason   string   // a reason code: Explain, WriteOff, Match
	Note     string   // what is said: Remark (the comment itself), Refuse, and wherever somebody wants to
	Assignee string   // account, for Assign; empty: nobody
	// Seq is the last decision that the person has seen (Items.Seq): an item that was decided on after it is a conflict. 0: whatever there is.
	Seq int64
}

// Decided is what an act did.
type Decided struct {
	Seq   int64    // of the decision
	Count int      // of items that the act was about
	Items []Item   // as they are now, with those that came of it (a match that was made, records that are open again); at most 500
	Gone  []string // ids of items that are no more; at most 500
}

// RecordSearch looks for records of one side to match by hand.
type RecordSearch struct {
	Side     int
	Text     string // in the text and id of records, folded
	Min, Max *int64 // minor units of the signed amount
	Open     bool   // only records that are not matched
	Limit    int    // 50 where it is 0, at most 200
}

// FoundRecord is a record with where it belongs.
type FoundRecord struct {
	Record
	ItemID string
	Status Status
}

// AuditPage is a page of what was done in a project, the latest first.
type AuditPage struct {
	Items      []AuditEntry
	NextCursor string
}

// AuditEntry is one thing that somebody did.
type AuditEntry struct {
	ID      string
	At      time.Time
	ActorID string // empty: the house
	Name    string
	Action  string // "recon.accept", "recon.run.started", …
	Data    map[string]any
	Seq     int64  // of its seal; 0: not sealed yet
	Hash    string // of its seal
}

// AnalyticsForm chooses what is counted.
type AnalyticsForm struct {
	ProjectID string    // empty: all that the reader is a member of
	From, To  time.Time // [From, To); both zero: the last 30 days
}

// Analytics are figures over time.
type Analytics struct {
	From, To time.Time
	Totals   AnalyticsRow
	Days     []AnalyticsRow // all of them in order, by the calendar of Casablanca; figures of a day without a run are those of the day before
	People   []AnalyticsRow // the busiest first
	Sources  []AnalyticsRow // of projects, by name
	Projects []AnalyticsRow // by name
}

// AnalyticsRow is what happened on a day, by a person, in a source or in a project.
type AnalyticsRow struct {
	Name         string // of the day ("2026-10-05"), person, source, or project
	ID           string // of the person, source or project
	Runs         int
	Records      int     // in the last run of the time
	MatchRate    float64 // of the last run of the time; -1: none
	Open         int
	OpenAmounts  []money.Amount
	Decisions    int           // items that people decided on
	Settled      int           // items that were settled by people
	MedianSettle time.Duration // from when an item came up until a person settled it; 0: none was
	P90Settle    time.Duration
}

// HookForm is where a program wants to be told.
type HookForm struct {
	URL            string
	Events         []string // HookEvents; empty: all
	IdempotencyKey string
}

// HookEvents are what hooks are told of.
var HookEvents = []string{"run.finished", "break.found", "period.signed"}

// Hook is where a program is told.
type Hook struct {
	ID        string
	ProjectID string
	URL       string
	Events    []string
	CreatedBy string
	CreatedAt time.Time
	Last      *Delivery
}

// Delivery is one telling of a hook.
type Delivery struct {
	ID        string
	HookID    string
	Event     string
	Body      string // the JSON that is sent
	State     DeliveryState
	Attempts  int
	Status    int    // of the last answer; 0: there was none
	Failure   string // what went wrong the last time, for an engineer
	CreatedAt time.Time
	TriedAt   time.Time
	ReplayOf  string // the delivery that it sends again
}

// DeliveryState is where a delivery stands.
type DeliveryState string

// The closed set of states.
const (
	DeliveryWaiting DeliveryState = "waiting"
	DeliveryDone    DeliveryState = "delivered"
	DeliveryFailed  DeliveryState = "failed" // and given up
)

// DeliveryPage is a page of deliveries, the latest first.
type DeliveryPage struct {
	Items      []Delivery
	NextCursor string
}

// ExportForm says what is written, and for whom.
type ExportForm struct {
	Format   ExportFormat
	Kind     ExportKind
	Period   string // of kind ExportSignOff: "2026-10"
	Language i18n.Language
}

// ExportFormat is how an export is written.
type ExportFormat string

// The formats of exports.
const (
	ExportCSV  ExportFormat = "csv"
	ExportXLSX ExportFormat = "xlsx"
	ExportJSON ExportFormat = "json"
	ExportPDF  ExportFormat = "pdf"
)

// ExportKind is what an export holds.
type ExportKind string

// The kinds of exports. In CSV, All is a zip of the three tables; XLSX, JSON and PDF know All alone; SignOff is PDF alone.
const (
	ExportAll     ExportKind = "all"
	ExportMatches ExportKind = "matches"
	ExportOpen    ExportKind = "open"
	ExportRejects ExportKind = "rejects"
	ExportSignOff ExportKind = "sign_off"
)
