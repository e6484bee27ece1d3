// Package workspace is where a team settles what 378 found: projects and their members, sources and their versions, rulesets, runs, decisions and
// sign-off. What people decide lives in the database, as a list that only grows; what runs found lies in files that never change. A board
// in memory is the two together.
package workspace

// This file holds the shapes that pages and API show; the rooms beside it fill them.

import (
	"time"

	"khadamat/internal/money"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// Role is what a member may do in a project.
type Role string

// The closed set of roles, each with what the one before may: look; decide and run; approve and sign off what others prepared; change the
// project and its members.
const (
	Viewer   Role = "viewer"
	Analyst  Role = "analyst"
	Reviewer Role = "reviewer"
	Owner    Role = "owner"
)

// Project is a reconciliation that a team keeps up.
type Project struct {
	ID            string
	Name          string
	Description   string
	Settings      Settings
	LockedThrough record.Day // the last day of the last period that is signed off; record.NoDay: none
	CreatedAt     time.Time
	ArchivedAt    time.Time // zero: in use
	Version       int       // for changes that must not overwrite each other
	Mine          Role      // of the one who asks
}

// Settings are the rules of a project.
type Settings struct {
	WriteOffLimit   money.Amount // up to it one person writes off; above, a second one approves
	EscalateAfter   int          // days that an item may stay open; 0: never
	EscalateAbove   int64        // minor units above which an open item is escalated at once; 0: never
	RunOnNewData    bool
	RunDailyAt      string // "02:00" in Casablanca; empty: never
	ReasonCodes     []string
	AcceptSuggested float64 // chance from which a suggestion counts as matched without a person; 0: never
}

// Member is a person in a project.
type Member struct {
	AccountID string
	Name      string
	Email     string
	Role      Role
	Since     time.Time
}

// Source is one side of a project.
type Source struct {
	ID       string
	Side     int // from 0
	Name     string
	Kind     SourceKind
	Query    string // of kind Query: what is asked; where from is known to the operator by name
	Database string // of kind Query: the name of a connection in the configuration
	Mapping  record.Mapping
	Versions int
	Latest   *Version
}

// SourceKind says where a source's records come from.
type SourceKind string

// The kinds of sources.
const (
	Files SourceKind = "files"
	Query SourceKind = "query" // PostgreSQL
	Feed  SourceKind = "feed"  // of this house, by name
)

// Version is one load of a source; it never changes.
type Version struct {
	ID       string
	SourceID string
	Number   int // from 1 in its source
	FileName string
	SHA256   string
	Bytes    int64
	Format   string
	Rows     int
	Rejected int
	LoadedBy string // account; empty: the house
	LoadedAt time.Time
}

// Ruleset is a version of a project's rules. Number 0 is automatic.
type Ruleset struct {
	ID     string
	Number int
	YAML   string
	Note   string
	By     string
	At     time.Time
}

// RunState is where a run stands.
type RunState string

// The closed set of states.
const (
	Queued    RunState = "queued"
	Running   RunState = "running"
	Finished  RunState = "finished"
	Failed    RunState = "failed"
	Cancelled RunState = "cancelled"
)

// Run is one execution.
type Run struct {
	ID         string
	Number     int // from 1 in its project
	State      RunState
	Full       bool // everything anew, but for what people decided; else only what is new against what is open
	Ruleset    int
	Versions   []string // ids of the versions that it read
	By         string
	QueuedAt   time.Time
	StartedAt  time.Time
	FinishedAt time.Time
	Problem    string // of a failed run: a sentence in the language of the one who asks
	Progress   *Progress
	Figures    *Figures // of a finished one
}

// Progress is where a running run is.
type Progress struct {
	Stage       string
	Step, Steps int
	Done, Total int64
	Rate        float64 // rows a second
	Left        time.Duration
}

// Status is where an item of the queue stands, decisions counted in.
type Status string

// The closed set of statuses.
const (
	StatusOpen       Status = "open"
	StatusSuggested  Status = "suggested"
	StatusBreak      Status = "break" // matched, but it does not agree; waits for a reason
	StatusMatched    Status = "matched"
	StatusSettled    Status = "settled" // a break that was explained, or an open record that was written off
	StatusPending    Status = "pending" // waits for a second person
	StatusEscalated  Status = "escalated"
	StatusReconciled Status = "signed_off" // in a locked period
)

// Item is a row of the review queue: a match, or a record that is open.
type Item struct {
	ID         string // stable over runs: made of the keys of its records
	Kind       result.Kind
	Status     Status
	Side       int // of an open record; -1: a match
	Date       time.Time
	Amount     money.Amount
	Difference money.Amount
	Days       int
	Text       string // who and what
	RecordID   string // of the first record
	Members    int
	Pass       string
	Confidence float64
	Cause      string
	Reason     string // why it is open (no_candidate, ambiguous, taken, too_different), or the code that a person gave
	AgeDays    int
	Assignee   string // account
	Comments   int
	By         string // who decided last; empty: the machine
	Locked     *Lock
}

// Lock says who is settling an item just now.
type Lock struct {
	AccountID string
	Name      string
	Until     time.Time
}

// Detail is all about one item.
type Detail struct {
	Item
	Records  []Record
	Parts    []result.Part // the waterfall
	Nearest  []Nearest     // candidates of an open record, best first
	History  []Decision
	Thread   []Comment
	Actions  []Action // what the one who asks may do now
	PeriodOf string   // "2026-10" where it has a date
}

// Record is a member of an item with all its values.
type Record struct {
	Key     string
	Side    int
	Row     int
	ID      string
	Date    time.Time
	Amount  money.Amount
	Text    string
	Values  []Value // in the order of the file
	Version string
}

// Value is one column of a record.
type Value struct {
	Column string
	Role   record.Role
	Value  string
	Differ bool // from its partner's
}

// Nearest is a record that could be the partner of an open one.
type Nearest struct {
	Record
	ItemID     string
	Confidence float64
	Difference money.Amount
	Days       int
	Apart      string // what keeps them apart, in the reader's language
	Taken      bool
}

// Action is something that a person can do with an item.
type Action string

// The closed set of actions.
const (
	Accept   Action = "accept"
	Reject   Action = "reject"
	Match    Action = "match"
	Unmatch  Action = "unmatch"
	Assign   Action = "assign"
	Remark   Action = "comment"
	Explain  Action = "explain" // gives a break or an open record a reason code, which settles a break
	WriteOff Action = "write_off"
	Approve  Action = "approve"
	Refuse   Action = "refuse"
	Undo     Action = "undo" // takes an acceptance, a write-off or a match by hand back
)

// Decision is what a person did; it is never changed.
type Decision struct {
	ID     string
	Action Action
	Items  []string
	By     string
	Name   string
	At     time.Time
	Reason string
	Note   string
	Amount money.Amount // written off
}

// Comment is a word about an item.
type Comment struct {
	ID   string
	By   string
	Name string
	At   time.Time
	Text string
}

// Filter chooses items. Zero fields choose all.
type Filter struct {
	Statuses   []Status
	Kinds      []result.Kind
	Side       *int
	Pass       string
	Cause      string
	Reason     string
	Assignee   string // account, or "none"
	Text       string // in text and record ids, folded
	MinAmount  *int64
	MaxAmount  *int64
	From, To   time.Time
	MinAgeDays int
	Currency   string
}

// Sort is the order of items.
type Sort string

// The closed set of orders; a minus before it turns it round.
const (
	ByUrgency    Sort = "urgency" // what waits for a person first, then by amount
	ByDate       Sort = "date"
	ByAmount     Sort = "amount"
	ByDifference Sort = "difference"
	ByConfidence Sort = "confidence"
	ByAge        Sort = "age"
)

// Items is a stretch of the queue.
type Items struct {
	Total  int // that the filter chooses
	Offset int
	Items  []Item
	Counts map[Status]int // of all items, whatever the filter
	Seq    int64          // of the last decision counted in
}

// Figures are the results of a project at a glance, decisions counted in.
type Figures struct {
	Records    []int // by side
	Matched    int   // records
	Suggested  int
	Open       int
	Broken     int     // records in breaks
	MatchRate  float64 // of records, 0 to 1
	Sums       []result.Sums
	Passes     []result.Pass
	Causes     []Slice
	Ageing     []Slice       // open items by age: 0-7, 8-30, 31-90, over 90 days
	Categories []CategorySum // ledger against bank: balanced, missing, excess
	ByDay      []DayFigures  // at most 400
	TookRun    time.Duration
}

// Slice is a part of a whole.
type Slice struct {
	Name   string
	Count  int
	Amount money.Amount
}

// CategorySum compares the sides: what agrees, what the right side lacks and what it has too much.
type CategorySum struct {
	Currency                    string
	Balanced, Missing, Excess   int64 // minor units
	BalancedN, MissingN, ExtraN int
}

// DayFigures are those of one day.
type DayFigures struct {
	Day                   record.Day
	Matched, Open, Broken int
}

// Period is a month that is, or is to be, signed off.
type Period struct {
	Name       string // "2026-10"
	Through    record.Day
	State      PeriodState
	PreparedBy string
	PreparedAt time.Time
	SignedBy   string
	SignedAt   time.Time
	Open       int // items
	OpenAmount []money.Amount
	Note       string
}

// PeriodState is where a period stands.
type PeriodState string

// The closed set.
const (
	PeriodOpen     PeriodState = "open"
	PeriodPrepared PeriodState = "prepared"
	PeriodSigned   PeriodState = "signed"
)
