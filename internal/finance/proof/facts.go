package proof

import (
	"context"
	"strings"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/money"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/errs"
	"khadamat/internal/recon/workspace"
)

// The sides of the project by their numbers.
const (
	ledgerNumber = iota
	settlementNumber
	bankNumber
	payoutsNumber
)

// facts are what is known of the records of some items, beyond what 378's board knows.
type facts struct {
	settlement map[string]*SettlementLine // by the record's id
	bank       map[string]*BankLine
	ledger     map[string]*ledger.Transaction // by key
	captures   map[string]int                 // lines of the processor's files, by payment
}

// gather looks up the records of items. It is for the few that do not agree.
func (s *Service) gather(ctx context.Context, q db.Querier, items []workspace.Standing) (*facts, error) {
	f := &facts{settlement: map[string]*SettlementLine{}, bank: map[string]*BankLine{}, ledger: map[string]*ledger.Transaction{}}
	var wanted [4][]string
	for _, item := range items {
		for _, r := range item.Records {
			wanted[r.Side] = append(wanted[r.Side], r.ID)
		}
	}
	lines, err := settlementByIDs(ctx, q, s.config.DB.Dialect, wanted[settlementNumber])
	if err != nil {
		return nil, err
	}
	var payments []string
	for i := range lines {
		f.settlement[lines[i].id] = &lines[i].line
		payments = append(payments, lines[i].line.PaymentID)
	}
	if f.captures, err = capturesOf(ctx, q, s.config.DB.Dialect, payments); err != nil {
		return nil, err
	}
	bank, err := bankByIDs(ctx, q, s.config.DB.Dialect, wanted[bankNumber])
	if err != nil {
		return nil, err
	}
	for i := range bank {
		f.bank[bank[i].id] = &bank[i].line
	}
	for _, key := range wanted[ledgerNumber] {
		if err := s.lookUp(ctx, f, key); err != nil {
			return nil, err
		}
	}
	for _, payment := range payments { // whose booking it is
		if payment != "" {
			if err := s.lookUp(ctx, f, captureType+":"+payment); err != nil {
				return nil, err
			}
		}
	}
	return f, nil
}

func (s *Service) lookUp(ctx context.Context, f *facts, key string) error {
	if _, known := f.ledger[key]; known {
		return nil
	}
	t, err := s.config.Book.ByKey(ctx, key)
	if errs.CodeOf(err) == errs.NotFound {
		return nil
	}
	f.ledger[key] = &t
	return err
}

// matter is an item with what is known of its records: at most one of each side, but for what people have put together by hand.
type matter struct {
	item       *workspace.Standing
	ledger     *workspace.KnownRecord
	settlement *SettlementLine
	bank       *BankLine
	payout     *workspace.KnownRecord
	booked     *ledger.Transaction // of the ledger's record
	several    bool                // more than one record of a side
	captures   int                 // lines of the settlement's payment
	bookingID  string
	paymentID  string
}

// matterOf puts an item together.
func (f *facts) matterOf(item *workspace.Standing) *matter {
	m := &matter{item: item}
	var counts [4]int
	for i := range item.Records {
		r := &item.Records[i]
		if counts[r.Side]++; counts[r.Side] > 1 {
			m.several = true
			continue
		}
		switch r.Side {
		case ledgerNumber:
			m.ledger, m.booked = r, f.ledger[r.ID]
			m.paymentID, _ = strings.CutPrefix(r.ID, captureType+":")
			if m.paymentID == r.ID {
				m.paymentID = ""
			}
		case settlementNumber:
			m.settlement = f.settlement[r.ID]
		case bankNumber:
			m.bank = f.bank[r.ID]
		case payoutsNumber:
			m.payout = r
		}
	}
	if m.settlement != nil {
		m.captures = f.captures[m.settlement.PaymentID]
		if m.settlement.PaymentID != "" {
			m.paymentID = m.settlement.PaymentID
		}
	}
	booked := m.booked
	if booked == nil {
		booked = f.ledger[captureType+":"+m.paymentID]
	}
	if booked != nil && !isPayout(m.ledger) {
		m.bookingID = booked.Subject
	}
	return m
}

// isPayout says whether a record of the ledger is a payout's.
func isPayout(r *workspace.KnownRecord) bool {
	return r != nil && strings.HasPrefix(r.ID, payoutRow+":")
}

// kind says what a matter is a case of.
func (m *matter) kind() Kind {
	switch l := m.settlement; {
	case m.several:
		return OtherCase
	case m.payout != nil || isPayout(m.ledger):
		if m.bank != nil && m.payout != nil {
			return BankDifference
		}
		return OtherCase
	case m.ledger != nil && l != nil:
		if l.Gross != m.gross() {
			return OtherCase
		}
		return WrongFee
	case m.ledger != nil:
		return MissingSettlement
	case l != nil && l.Type == PayoutLine:
		return BankDifference
	case l != nil && l.Type == ChargebackLn:
		return ChargebackWithoutNotice
	case l != nil && l.Type == Charge && m.captures > 1:
		return DoubledCapture
	case l != nil:
		return OtherCase
	case m.bank != nil:
		return m.bankKind()
	}
	return OtherCase
}

// bankKind is the kind of a bank line that stands alone.
func (m *matter) bankKind() Kind {
	switch kind, _ := m.bank.kind(); kind {
	case returnRow:
		return PayoutReturned
	case batchRow:
		return OtherCase // the processor's file is missing
	}
	return UnknownBankLine
}

// gross is what the ledger says was moved before fees.
func (m *matter) gross() money.Amount {
	if m.booked == nil {
		return money.Amount{}
	}
	net, fee := sumOf(m.booked, ledger.ProcessorClearing), sumOf(m.booked, ledger.ProcessorFees)
	return money.Of(net.Minor+fee.Minor, net.Currency)
}

// fee is what the ledger says was kept.
func (m *matter) fee() money.Amount {
	if m.booked == nil {
		return money.Of(0, money.MAD)
	}
	return sumOf(m.booked, ledger.ProcessorFees)
}

// ways are how a matter can be settled.
func (m *matter) ways() []Way {
	var ways []Way
	add := func(id WayID, postings []ledger.Posting) {
		ways = append(ways, Way{id, postings})
	}
	amount := m.item.Amount
	if len(m.item.Records) > 1 {
		amount = m.item.Difference
	}
	negative := money.Of(-amount.Minor, amount.Currency)
	clearing := func(id WayID, other ledger.Kind, minor money.Amount) {
		add(id, moves(ledger.ProcessorClearing, other, minor))
	}
	switch m.kind() {
	case MissingSettlement:
		clearing(WriteOff, ledger.WriteOffs, negative)
	case DoubledCapture:
		l := m.settlement
		postings := []ledger.Posting{ledger.Debit(ledger.Of(ledger.ProcessorClearing), l.Net), ledger.Credit(ledger.Of(ledger.Refunds), l.Gross)}
		if !l.Fee.IsZero() {
			postings = append(postings, ledger.Debit(ledger.Of(ledger.ProcessorFees), l.Fee))
		}
		add(RefundCustomer, postings)
	case WrongFee:
		clearing(BookFee, ledger.ProcessorFees, negative)
	case ChargebackWithoutNotice:
		l := m.settlement
		postings := []ledger.Posting{{Account: ledger.Of(ledger.Chargebacks), Minor: -l.Gross.Minor, Currency: l.Gross.Currency},
			{Account: ledger.Of(ledger.ProcessorClearing), Minor: l.Net.Minor, Currency: l.Net.Currency}}
		if !l.Fee.IsZero() {
			postings = append(postings, ledger.Debit(ledger.Of(ledger.ProcessorFees), l.Fee))
		}
		add(BookChargeback, postings)
	case BankDifference:
		if m.payout != nil {
			add(WriteOff, m.payoutDifference())
			break
		}
		clearing(WriteOff, ledger.WriteOffs, negative)
	case PayoutReturned:
		add(ReturnPayout, moves(ledger.Suspense, ledger.ProviderPayable, amount))
	case UnknownBankLine:
		add(WriteOff, moves(ledger.Suspense, ledger.WriteOffs, amount))
		if amount.Minor < 0 {
			add(BookFee, moves(ledger.Suspense, ledger.ProcessorFees, amount))
		}
	default:
		if l := m.settlement; l != nil && m.ledger == nil && !m.several {
			if l.Type == RefundLine {
				clearing(BookRefund, ledger.Refunds, l.Net)
			}
			clearing(ToSuspense, ledger.Suspense, l.Net)
		} else if l != nil && m.ledger != nil && !m.several {
			clearing(WriteOff, ledger.WriteOffs, negative)
		}
	}
	return ways
}

// payoutDifference books that the bank has paid another amount than the payout's: what it paid was left in suspense.
func (m *matter) payoutDifference() []ledger.Posting {
	paid, due := m.bank.Amount, m.payout.Amount // both negative
	postings := []ledger.Posting{{Account: ledger.Of(ledger.PayoutClearing), Minor: -due.Minor, Currency: due.Currency},
		{Account: ledger.Of(ledger.Suspense), Minor: paid.Minor, Currency: paid.Currency}}
	if rest := due.Minor - paid.Minor; rest != 0 {
		postings = append(postings, ledger.Posting{Account: ledger.Of(ledger.WriteOffs), Minor: rest, Currency: due.Currency})
	}
	return postings
}

// way is the one with the id, where the matter can be settled by it.
func (m *matter) way(id WayID) (Way, bool) {
	for _, w := range m.ways() {
		if w.ID == id {
			return w, true
		}
	}
	return Way{}, false
}

// How long what moved may wait for its partner before it is a case.
const (
	settlementLag = 1 // days until the ledger's is in the processor's file, a payout in the bank's file, and a file is there that the bank names
	bankLag       = 3 // bank days until the bank has it: two, and the one on which its statement comes
)

// waits says whether a matter that does not agree may still come to agree by itself.
func (m *matter) waits(today time.Time) bool {
	day := m.item.Date
	days := int(today.Sub(day).Hours() / 24)
	switch {
	case len(m.item.Records) > 1 && !agree(m.item):
		return false // a difference does not go away
	case m.payout != nil && m.ledger != nil:
		return bankDays(day, today) <= bankLag
	case m.payout != nil, m.ledger != nil:
		return days <= settlementLag
	case m.settlement != nil:
		return m.settlement.Type == PayoutLine && bankDays(day, today) <= bankLag
	case m.bank != nil:
		kind, _ := m.bank.kind()
		return kind == batchRow && days <= settlementLag
	}
	return false
}

// bankDays counts the days from Monday to Friday after a day, up to another one.
func bankDays(from, to time.Time) int {
	n := 0
	for day := from.AddDate(0, 0, 1); !day.After(to) && n <= 10; day = day.AddDate(0, 0, 1) {
		if weekday := day.Weekday(); weekday != time.Saturday && weekday != time.Sunday {
			n++
		}
	}
	return n
}
