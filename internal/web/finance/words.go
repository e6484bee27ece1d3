package finance

import (
	"cmp"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"khadamat/internal/finance/ledger"
	"khadamat/internal/finance/payment"
	"khadamat/internal/finance/payout"
	"khadamat/internal/finance/proof"
	"khadamat/internal/market/schedule"
	"khadamat/internal/money"
	"khadamat/internal/platform/i18n"
	"khadamat/internal/platform/ids"
	"khadamat/internal/recon/workspace"
	"khadamat/internal/web/ui"
)

// houseZone is the zone of the house's days: the processor's, the bank's and those of the people who look at them.
const houseZone = payout.Zone

var accountKeys = map[ledger.Kind]string{
	ledger.ProcessorClearing: "finance.account.processor_clearing", ledger.FundsHeld: "finance.account.funds_held",
	ledger.ProviderPayable: "finance.account.provider_payable", ledger.PayoutClearing: "finance.account.payout_clearing",
	ledger.Commission: "finance.account.commission", ledger.VAT: "finance.account.vat", ledger.ProcessorFees: "finance.account.processor_fees",
	ledger.Refunds: "finance.account.refunds", ledger.Chargebacks: "finance.account.chargebacks", ledger.Bank: "finance.account.bank",
	ledger.Suspense: "finance.account.suspense", ledger.WriteOffs: "finance.account.write_offs",
}

var accountHints = map[ledger.Kind]string{
	ledger.ProcessorClearing: "finance.account.processor_clearing_hint", ledger.FundsHeld: "finance.account.funds_held_hint",
	ledger.ProviderPayable: "finance.account.provider_payable_hint", ledger.PayoutClearing: "finance.account.payout_clearing_hint",
	ledger.Bank: "finance.account.bank_hint", ledger.Suspense: "finance.account.suspense_hint",
}

var typeKeys = map[string]string{
	"capture": "finance.type.capture", "earning": "finance.type.earning", "refund": "finance.type.refund", "refunded": "finance.type.refunded",
	"chargeback": "finance.type.chargeback", "chargeback_won": "finance.type.chargeback_won", "chargeback_lost": "finance.type.chargeback_lost",
	"cash": "finance.type.cash", "payout": "finance.type.payout", "payout_paid": "finance.type.payout_paid", "payout_returned": "finance.type.payout_returned",
	"settlement": "finance.type.settlement", "bank": "finance.type.bank", "other": "finance.type.bank", "return": "finance.type.payout_returned", "adjustment": "finance.type.adjustment",
	"reversal": "finance.type.reversal", "refund_failed": "finance.type.refund_failed", "write_off": "finance.way.write_off", "refund_customer": "finance.way.refund_customer",
	"suspense": "finance.way.suspense", "fee": "finance.way.fee",
}

var kindKeys = map[proof.Kind]string{
	proof.MissingSettlement: "finance.kind.missing_settlement", proof.DoubledCapture: "finance.kind.doubled_capture", proof.WrongFee: "finance.kind.wrong_fee",
	proof.ChargebackWithoutNotice: "finance.kind.chargeback_without_notice", proof.BankDifference: "finance.kind.bank_difference",
	proof.PayoutReturned: "finance.kind.payout_returned", proof.UnknownBankLine: "finance.kind.unknown_bank_line", proof.OtherCase: "finance.kind.other",
}

// badge is how the state of something looks.
type badge struct {
	key  string
	tone ui.Tone
}

var caseStates = map[proof.State]badge{
	proof.Open: {"finance.state.open", ui.Danger}, proof.Waiting: {"finance.state.waiting", ui.Warning}, proof.Settled: {"finance.state.settled_one", ui.Success},
}

var sideKeys = map[proof.Side]string{
	proof.LedgerSide: "finance.side.ledger", proof.SettlementSide: "finance.side.settlement", proof.BankSide: "finance.side.bank", proof.PayoutsSide: "finance.side.payouts",
}

var wayKeys = map[proof.WayID]string{
	proof.WriteOff: "finance.way.write_off", proof.RefundCustomer: "finance.way.refund_customer", proof.BookFee: "finance.way.fee", proof.BookChargeback: "finance.way.chargeback",
	proof.ReturnPayout: "finance.way.payout_returned", proof.BookRefund: "finance.way.refund", proof.ToSuspense: "finance.way.suspense",
}

var wayHints = map[proof.WayID]string{
	proof.WriteOff: "finance.way.write_off_hint", proof.RefundCustomer: "finance.way.refund_customer_hint", proof.BookFee: "finance.way.fee_hint",
	proof.BookChargeback: "finance.way.chargeback_hint", proof.ReturnPayout: "finance.way.payout_returned_hint", proof.BookRefund: "finance.way.refund_hint",
	proof.ToSuspense: "finance.way.suspense_hint",
}

// fieldKeys name the columns of the records that are compared.
var fieldKeys = map[string]string{
	"type": "finance.field.type", "payment": "finance.field.payment", "booking": "finance.field.booking", "reference": "finance.field.reference", "batch": "finance.field.batch",
	"gross": "finance.field.gross", "fee": "finance.field.fee", "text": "finance.field.text", "return_code": "finance.field.return_code", "holder": "finance.field.holder",
}

var didKeys = map[workspace.Action]string{
	workspace.WriteOff: "finance.did.proposed", workspace.Approve: "finance.did.approved", workspace.Refuse: "finance.did.refused", workspace.Assign: "finance.did.assigned",
	workspace.Remark: "finance.did.commented", workspace.Explain: "finance.did.explained",
}

var paymentStates = map[payment.Status]badge{
	payment.Awaiting: {"finance.payment.awaiting", ui.Warning}, payment.Authorised: {"finance.payment.authorised", ui.Info},
	payment.Capturing: {"finance.payment.capturing", ui.Info}, payment.Captured: {"finance.payment.captured", ui.Success},
	payment.Releasing: {"finance.payment.releasing", ui.Info}, payment.Released: {"finance.payment.released", ui.Neutral},
	payment.CashDue: {"finance.payment.cash_due", ui.Info}, payment.CashPaid: {"finance.payment.cash_paid", ui.Success},
}

var methodKeys = map[payment.Method]string{
	payment.Card: "finance.method.card", payment.Deposit: "finance.method.deposit", payment.Cash: "finance.method.cash",
}

var payoutStates = map[payout.Status]badge{
	payout.Prepared: {"finance.payout.prepared", ui.Info}, payout.Sent: {"finance.payout.sent", ui.Info}, payout.Paid: {"finance.payout.paid", ui.Success},
	payout.Returned: {"finance.payout.returned", ui.Danger}, payout.Dropped: {"finance.payout.dropped", ui.Neutral},
}

// types are those of transactions, in the order in which people look for them.
var types = []string{
	"capture", "earning", "cash", "refund", "refunded", "chargeback", "chargeback_lost", "chargeback_won", "payout", "payout_paid", "payout_returned", "settlement", "bank", "fee", "write_off", "refund_customer", "suspense",
}

// said writes the text under the key of a closed set, or the thing's own name where the set has grown since.
func said(ctx context.Context, key, otherwise string) string {
	if key == "" {
		return otherwise
	}
	return ui.T(ctx, key)
}

func accountName(ctx context.Context, kind ledger.Kind) string {
	return said(ctx, accountKeys[kind], string(kind))
}

func typeName(ctx context.Context, name string) string { return said(ctx, typeKeys[name], name) }

func kindName(ctx context.Context, kind proof.Kind) string {
	return said(ctx, kindKeys[kind], string(kind))
}

// amount writes an amount with all its decimals, so that columns line up.
func amount(ctx context.Context, a money.Amount) string {
	if a.Currency == "" {
		return ""
	}
	return i18n.FormatMoney(ui.From(ctx).Language, a.Minor, string(a.Currency), a.Currency.Digits())
}

// orNothing is amount, and nothing for zero.
func orNothing(ctx context.Context, a money.Amount) string {
	if a.IsZero() {
		return ""
	}
	return amount(ctx, a)
}

// amounts writes several of different currencies; of none it writes zero.
func amounts(ctx context.Context, all []money.Amount) string {
	if len(all) == 0 {
		return amount(ctx, money.Of(0, money.MAD))
	}
	written := make([]string, len(all))
	for i, a := range all {
		written[i] = amount(ctx, a)
	}
	return strings.Join(written, " · ")
}

// span writes the days that a file covers.
func span(ctx context.Context, from, to time.Time) string {
	if from.IsZero() || from.Equal(to) {
		return ui.Date(ctx, to, time.UTC)
	}
	return ui.T(ctx, "finance.span", "From", ui.Date(ctx, from, time.UTC), "To", ui.Date(ctx, to, time.UTC))
}

// magnitude is amount without its sign, for columns that say by themselves which way it goes.
func magnitude(ctx context.Context, a money.Amount) string {
	return amount(ctx, money.Of(max(a.Minor, -a.Minor), a.Currency))
}

// whole writes an amount without its decimals, for what is looked at and not added up. Nothing at all is nothing in dirhams.
func whole(ctx context.Context, a money.Amount) string {
	a.Currency = cmp.Or(a.Currency, money.MAD)
	scale := int64(1)
	for range a.Currency.Digits() {
		scale *= 10
	}
	half := scale / 2
	if a.Minor < 0 {
		half = -half
	}
	return i18n.FormatMoney(ui.From(ctx).Language, (a.Minor+half)/scale, string(a.Currency), 0)
}

// day writes a day without its year: "21 novembre".
func day(ctx context.Context, t time.Time) string {
	t = t.In(ui.Zone(houseZone))
	return strconv.Itoa(t.Day()) + "\u00a0" + i18n.MonthName(ui.From(ctx).Language, t.Month())
}

// date writes a day with its year; nothing for the zero time.
func date(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return ui.Date(ctx, t, ui.Zone(houseZone))
}

// moment writes when something happened; nothing for the zero time.
func moment(ctx context.Context, t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return ui.DateTime(ctx, t, ui.Zone(houseZone))
}

// days writes an age.
func days(ctx context.Context, n int) string { return ui.T(ctx, "finance.days", "Count", n) }

// lasted writes how long a run took.
func lasted(ctx context.Context, d time.Duration) string {
	return ui.T(ctx, "recon_pages.seconds", "Number", ui.Decimal(ctx, d.Seconds(), 1))
}

// shortID is the end of an id of the house's, as people tell it on the telephone. What others have named stays whole.
func shortID(id string) string {
	if !ids.Valid(id) {
		return id
	}
	return strings.ToUpper(id[len(id)-8:])
}

// width is how long the bar of a part of a whole is, of a hundred.
func width(part, whole int64) string {
	if whole <= 0 {
		return "0"
	}
	return strconv.FormatFloat(100*float64(part)/float64(whole), 'f', 2, 64)
}

// dayParam reads a day of the query as the instant at which it begins, moved by days; the zero time where there is none.
func dayParam(r *http.Request, name string, days int) time.Time {
	read, err := schedule.ParseDate(r.URL.Query().Get(name))
	if err != nil {
		return time.Time{}
	}
	return read.AddDays(days).In(ui.Zone(houseZone))
}

// with is a page's path with the query of the request, changed by pairs of name and value and back at its first page.
func with(r *http.Request, path string, pairs ...string) string {
	query := r.URL.Query()
	query.Del("cursor")
	for i := 0; i+1 < len(pairs); i += 2 {
		query.Set(pairs[i], pairs[i+1])
	}
	for name := range query {
		if query.Get(name) == "" {
			query.Del(name)
		}
	}
	if len(query) == 0 {
		return ui.Path(r.Context(), path)
	}
	return ui.Path(r.Context(), path) + "?" + query.Encode()
}

// pager leads to the first and to the next page of a list.
type pager struct{ First, Next string }

func pagerOf(r *http.Request, path, cursor string) pager {
	var turn pager
	if r.URL.Query().Get("cursor") != "" {
		turn.First = with(r, path)
	}
	if cursor != "" {
		turn.Next = with(r, path, "cursor", cursor)
	}
	return turn
}
