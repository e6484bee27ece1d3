package proof

import (
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/recon/workspace"
)

// Dashboard is what finance sees first.
type Dashboard struct {
	ProjectID   string    // of 378; empty before the first use
	Day         time.Time // that the verdict is about, midnight in Casablanca
	Verdict     Verdict   // of the day
	All         Verdict   // of all days
	Cash        []Position
	Cases       int // open and waiting
	Waiting     int // of them, for a second person
	ByKind      []KindCount
	Ageing      []AgeCount // 0-1, 2-7, 8-30, over 30 days
	Trend       []TrendDay // 30 days up to Day, oldest first
	Run         *RunState  // the last one; nil: never ran
	ProvenAt    time.Time  // when the figures were found; zero: never
	Balanced    bool       // the trial balance is zero
	StatementTo time.Time  // the last day that a bank statement covers; zero: none
}

// Verdict is how much of what customers' bookings moved is proven.
type Verdict struct {
	Proven       Part // through to the bank
	ToSettlement Part // in the processor's file, and not yet due at the bank
	Pending      Part // waiting within its lag
	Settled      Part // did not agree, and was settled by two people
	Unproven     Part // a case
	Cases        int  // of the day that are not settled
}

// Part is a part of a whole. Amounts are the bookings' effect on what the processor owes: net of fees, refunds and chargebacks.
type Part struct {
	Count  int
	Amount money.Amount
}

// Position is what stands on the accounts of a kind: debits positive.
type Position struct {
	Kind   ledger.Kind
	Amount money.Amount
}

// KindCount counts the cases of a kind that are not settled.
type KindCount struct {
	Kind   Kind
	Count  int
	Amount money.Amount // of absolute amounts
}

// AgeCount counts the cases of an age that are not settled.
type AgeCount struct {
	FromDays, ToDays int // ToDays -1: no end
	Count            int
	Amount           money.Amount // of absolute amounts
}

// TrendDay is a day of the trend.
type TrendDay struct {
	Day      time.Time
	Proven   money.Amount // to the bank, to the settlement, or settled
	Pending  money.Amount
	Unproven money.Amount
	Cases    int
}

// RunState is where the last run stands.
type RunState struct {
	ID         string
	ProjectID  string
	State      workspace.RunState
	FinishedAt time.Time
	Took       time.Duration
	Problem    string // of a failed one, in the reader's language
}
