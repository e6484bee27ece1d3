package proof

import (
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/recon/workspace"
)

// Kind is what a case is.
type Kind string

// The closed set of kinds.
const (
	MissingSettlement       Kind = "missing_settlement"        // the ledger has it, the processor's files do not
	DoubledCapture          Kind = "doubled_capture"           // the processor took a payment once more
	WrongFee                Kind = "wrong_fee"                 // the processor kept another fee than agreed
	ChargebackWithoutNotice Kind = "chargeback_without_notice" // taken back, and nobody told the house
	BankDifference          Kind = "bank_difference"           // the bank received another amount than was sent, or nothing
	PayoutReturned          Kind = "payout_returned"           // a provider's bank sent a payout back
	UnknownBankLine         Kind = "unknown_bank_line"         // nobody knows what it is
	OtherCase               Kind = "other"
)

// Kinds lists every kind.
var Kinds = []Kind{MissingSettlement, DoubledCapture, WrongFee, ChargebackWithoutNotice, BankDifference, PayoutReturned, UnknownBankLine, OtherCase}

// State is where a case stands.
type State string

// The closed set of states.
const (
	Open    State = "open"
	Waiting State = "waiting" // for a second person
	Settled State = "settled"
)

// Case is something that does not agree with the outside world, or did not until it was settled. It is an item of the project in 378: what people
// decide about it stands there.
type Case struct {
	ID        string // the item's
	ProjectID string
	Kind      Kind
	State     State
	Amount    money.Amount // of the record that stands alone, or by how much the first side says more than the others
	Reference string       // what people call it: the charge's, the batch's, the payout's or the bank's
	PaymentID string       // empty where there is none
	BookingID string       // empty where there is none
	Text      string
	At        time.Time // day of the movement
	AgeDays   int
	Owner     string // account; empty: nobody
	OwnerName string
	Comments  int
}

// CaseFilter chooses cases. Zero fields choose all.
type CaseFilter struct {
	Kind       Kind
	State      State
	Owner      string // account, or "none"
	MinAgeDays int
	Text       string // in reference, payment, booking and text
	Cursor     string // of the page before
	Limit      int    // 1 to 100; 0: 20
}

// CasePage is a page of cases: what is open first, the oldest first. NextCursor is empty on the last one.
type CasePage struct {
	Items      []Case
	NextCursor string
	Total      int           // that the filter chooses
	Counts     map[State]int // of all cases, whatever the filter
}

// Side is a source of the proof.
type Side string

// The sources, in the order of the sides of the project in 378.
const (
	LedgerSide     Side = "ledger"
	SettlementSide Side = "settlement"
	BankSide       Side = "bank"
	PayoutsSide    Side = "payouts"
)

// Sides lists every side.
var Sides = []Side{LedgerSide, SettlementSide, BankSide, PayoutsSide}

// CaseDetail is all about a case, for one reader.
type CaseDetail struct {
	Case
	Why           string        // a sentence in the reader's language
	Sides         []SideRecords // ledger, settlement, bank; or ledger, payouts, bank. One without records stays in the list
	Ways          []Way         // that the reader may choose now; none while it waits or is settled
	Chosen        *Choice       // nil: nobody chose yet
	MayApprove    bool          // never the one who chose
	MayRefuse     bool
	History       []workspace.Decision
	Thread        []workspace.Comment
	TransactionID string // of the ledger, posted on approval
}

// SideRecords are the records that a side has of a case.
type SideRecords struct {
	Side    Side
	Records []CaseRecord
}

// CaseRecord is a record of one side.
type CaseRecord struct {
	ID       string
	Date     time.Time
	Amount   money.Amount
	Fields   []CaseField
	LedgerID string // of the transaction, on the ledger's side
}

// CaseField is a value of a record.
type CaseField struct {
	Name   string // column: "type", "payment", "batch", "fee", "gross" …
	Value  string
	Differ bool // from its partner's
}

// WayID names a way to settle a case; it is the reason code of the decision in 378.
type WayID string

// The closed set of ways.
const (
	WriteOff       WayID = "write_off"       // the house gives the difference up, or keeps it
	RefundCustomer WayID = "refund_customer" // what was taken twice is owed to the customer
	BookFee        WayID = "fee"             // the processor, or the bank, kept it
	BookChargeback WayID = "chargeback"      // as if the processor had told
	ReturnPayout   WayID = "payout_returned" // the provider is owed it again
	BookRefund     WayID = "refund"          // the processor paid a customer back
	ToSuspense     WayID = "suspense"        // it stays to be found out, but is no longer in the way
)

// WayIDs lists every way.
var WayIDs = []WayID{WriteOff, RefundCustomer, BookFee, BookChargeback, ReturnPayout, BookRefund, ToSuspense}

// Way is how a case can be settled: what would be booked, once a second person approves.
type Way struct {
	ID       WayID
	Postings []ledger.Posting
}

// Choice is the way that somebody chose.
type Choice struct {
	Way    Way
	By     string
	ByName string
	At     time.Time
	Note   string
}
