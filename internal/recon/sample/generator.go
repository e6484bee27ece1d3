package sample

import (
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"
)

// generator thinks up what happens: it posts rows on both books and tells the truth about them.
type generator struct {
	chance
	options      Options
	start        time.Time
	year         int // of the day being planned
	planned      int // entries posted so far
	bank, ledger *book
	truth        *truth
	parties      []party
	terminals    int

	invoices, cheques, tickets, deposits, payslips int    // the last numbers given
	text                                           []byte // of the row being written
	field                                          []byte // one of its fields
}

func newGenerator(o Options, start time.Time, bank, ledger, truth io.Writer) *generator {
	t := newTruth(truth)
	g := &generator{
		chance:  chance{*rand.NewPCG(o.Seed, 378)},
		options: o, start: start, truth: t,
		bank: newBank(bank, start, t), ledger: newLedger(ledger, start, t),
		terminals: max(2, o.PerDay/25),
	}
	g.parties = make([]party, 6000)
	for i := range g.parties {
		g.parties[i] = newParty(&g.chance)
	}
	g.invoices, g.cheques, g.tickets = g.below(5000), g.between(1_000_000, 8_000_000), g.below(100_000)
	g.deposits, g.payslips = g.below(500), g.below(500)
	return g
}

// plan posts what begins on a day, and stops at the number of entries asked for.
func (g *generator) plan(day int) {
	g.year = g.start.AddDate(0, 0, day).Year()
	entries := g.options.PerDay
	switch day % 7 {
	case 5:
		entries = max(1, entries/3)
	case 6:
		return
	}
	entries += g.between(-entries/5, entries/5)
	enough := min(g.planned+entries, g.options.Rows)
	for g.planned < enough {
		g.happen(day, g.options.Rows-g.planned)
	}
}

// events are drawn in these proportions; since a batch has about four entries, three in five entries end up one to one.
var events = []int{733, 67, 61, 49, 20, 70}

// happen posts one event with at most so many entries.
func (g *generator) happen(day, entries int) {
	switch g.weighted(events) {
	case 0:
		g.oneToOne(day)
	case 1:
		if size := 2 + min(g.below(7), g.below(7)); size <= entries {
			g.batch(day, size)
		} else {
			g.oneToOne(day)
		}
	case 2:
		g.split(day)
	case 3:
		g.mismatch(day)
	case 4:
		if entries > 1 {
			g.cancellation(day)
		} else {
			g.oneToOne(day)
		}
	case 5:
		e := g.entry()
		g.book(day, &e, nil)
	}
	if g.percent(4) {
		g.unbooked(day)
	}
	if g.below(250) == 0 {
		g.returned(day)
	}
}

// channel is how money moves.
type channel uint8

const (
	transferIn channel = iota
	chequeIn
	cashIn
	transferOut
	directDebit
	chequeOut
	salary
)

var channels = []int{40, 12, 5, 22, 9, 7, 5}

// entry is a row of the ledger before it is written.
type entry struct {
	channel  channel
	party    *party
	amount   int64
	document document
	cheque   int // its number, of the cheque channels
}

func (g *generator) entry() entry {
	e := entry{channel: channel(g.weighted(channels)), party: g.party(), amount: g.price()}
	e.document = document{e.party.series, g.year, g.between(100, 40_000)}
	switch e.channel {
	case chequeIn, chequeOut:
		g.cheques = (g.cheques + g.between(1, 9)) % 10_000_000
		e.cheque = g.cheques
	case cashIn:
		g.deposits++
		e.document = document{deposit, g.year, g.deposits}
	case salary:
		for !e.party.person {
			e.party = g.party()
		}
		g.payslips++
		e.amount = int64(g.between(3_000, 14_000)) * 100
		e.document = document{payslip, g.year, g.payslips}
	}
	if e.channel == transferIn || e.channel == chequeIn {
		g.invoices += g.between(1, 3)
		e.document = document{invoice, g.year, g.invoices}
	}
	if e.cheque != 0 && g.percent(40) { // booked from the cheque itself
		e.document = document{cheque, g.year, e.cheque}
	}
	if e.channel >= transferOut {
		e.amount = -e.amount
	}
	return e
}

// party draws somebody; some come more often than others.
func (g *generator) party() *party {
	return &g.parties[min(g.below(len(g.parties)), g.below(len(g.parties)))]
}

// price draws an amount in minor units, from 20 to 180,000 dirhams: many small, and often round, as prices are.
func (g *generator) price() int64 {
	bounds := [...]int{20, 100, 300, 1_000, 4_000, 20_000, 150_000}
	i := g.weighted([]int{12, 30, 32, 18, 7, 1})
	dirhams := g.between(bounds[i], bounds[i+1]-1)
	switch draw := g.below(100); {
	case draw < 25 && dirhams >= 100:
		return int64(dirhams / 50 * 5000)
	case draw < 45:
		return int64(dirhams) * 100
	case draw < 65: // with value added tax of 20 %
		return int64(dirhams) * 120
	}
	return int64(dirhams*100 + g.below(100))
}

// lag draws how many working days a bank line comes after its entry.
func (g *generator) lag() int { return g.weighted([]int{28, 34, 22, 11, 5}) }

func (g *generator) oneToOne(day int) {
	e, m := g.entry(), g.truth.expect(OneToOne)
	g.book(day, &e, m)
	g.settle(workday(day, g.lag()), &e, e.amount, m, false)
}

// mismatch is an entry of which the bank line differs in the amount; the label always tells whose it is.
func (g *generator) mismatch(day int) {
	e, m := g.entry(), g.truth.expect(Mismatch)
	for e.channel == cashIn { // which names nobody
		e = g.entry()
	}
	amount := e.amount
	switch g.below(3) {
	case 0:
		amount = g.swapped(amount)
	case 1:
		amount -= amount % 100
	}
	if amount == e.amount { // a fee, or nothing to swap or to round
		fees := []int64{220, 550, 1100, 1650, 2750, 3300}
		fee := fees[g.below(len(fees))]
		if fee*4 > max(amount, -amount) {
			fee = fees[0]
		}
		amount -= fee
	}
	g.book(day, &e, m)
	g.settle(workday(day, g.lag()), &e, amount, m, true)
}

// swapped is the amount with two neighbouring digits in each other's place, or as it is where all are the same.
func (g *generator) swapped(amount int64) int64 {
	var digits [20]byte
	text := strconv.AppendInt(digits[:0], max(amount, -amount), 10)
	from := g.below(len(text) - 1)
	for k := range len(text) - 1 {
		i := (from + k) % (len(text) - 1)
		if text[i] == text[i+1] || i == 0 && text[1] == '0' {
			continue
		}
		text[i], text[i+1] = text[i+1], text[i]
		var swapped int64
		for _, digit := range text {
			swapped = swapped*10 + int64(digit-'0')
		}
		if amount < 0 {
			return -swapped
		}
		return swapped
	}
	return amount
}

// split is an entry that is paid in parts, by transfers.
func (g *generator) split(day int) {
	e, m := g.entry(), g.truth.expect(Split)
	for e.channel != transferIn && e.channel != transferOut {
		e = g.entry()
	}
	if e.amount < 0 {
		e.amount -= 20_000
	} else {
		e.amount += 20_000
	}
	g.book(day, &e, m)
	parts := 2 + g.weighted([]int{60, 30, 10})
	var lags [4]int
	for i := range parts {
		lags[i] = g.lag()
	}
	slices.Sort(lags[:parts])
	even, rest := g.percent(40), e.amount
	for i := range parts {
		amount := rest
		if left := int64(parts - i); left > 1 {
			if amount = rest * int64(g.between(20, 60)) / 100; even {
				amount = rest / left
			} else if g.percent(60) && (amount > 1000 || amount < -1000) {
				amount -= amount % 1000
			}
		}
		rest -= amount
		g.settle(workday(day, lags[i]), &e, amount, m, false)
	}
}

// batch is a day's sales at a card terminal, now and then over two days and with some money back, settled in one bank line.
func (g *generator) batch(day, size int) {
	m := g.truth.expect(Batch)
	terminal := 1000 + g.below(g.terminals)*37%9000
	last, sum := day, int64(0)
	if day%7 < 5 && g.percent(12) {
		last = day + 1
	}
	named := g.percent(85) // the ledger says which terminal
	for i := range size {
		amount := g.price()
		back := i > 1 && g.percent(6) && amount*2 < sum
		if back {
			amount = -amount
		}
		sum += amount
		g.tickets++
		g.text = g.text[:0]
		if g.percent(60) {
			g.text = append(g.text, "Client comptoir"...)
		} else {
			g.text = appendField(g.text, []byte(g.party().name))
		}
		g.text = append(g.text, ",Vente carte"...)
		if back {
			g.text = append(g.text[:len(g.text)-len("Vente carte")], "Remboursement carte"...)
		}
		if named {
			g.text = appendPadded(append(g.text, " TPE "...), terminal, 6)
		}
		g.text = document{ticket, g.year, g.tickets}.append(append(g.text, ','))
		on := day
		if last > day && i >= size/2 {
			on = last
		}
		g.planned++
		g.ledger.post(on, amount, m, g.text)
	}
	g.text = append(g.text[:0], g.pick([]string{"REGLT CARTES", "REMISE CARTES", "TELECOLLECTE", "REGLEMENT TPE"})...)
	if g.percent(80) {
		g.text = appendPadded(append(g.text, " TPE "...), terminal, 6)
	}
	if g.percent(60) {
		on := g.start.AddDate(0, 0, day)
		g.text = appendPadded(append(appendPadded(append(g.text, " DU "...), on.Day(), 2), '/'), int(on.Month()), 2)
	}
	if g.percent(35) {
		g.text = append(strconv.AppendInt(append(g.text, ' '), int64(size), 10), " OPE"...)
	}
	g.bank.post(workday(last, g.weighted([]int{15, 65, 20})), sum, m, g.text)
}

// cancellation is an entry made in error and taken back.
func (g *generator) cancellation(day int) {
	e, m := g.entry(), g.truth.expect(Offset)
	g.book(day, &e, m)
	g.planned++
	g.text = appendField(g.text[:0], []byte(e.party.name))
	g.field = append(g.field[:0], g.pick([]string{"Annulation", "Extourne", "Contrepassation", "Annulation, saisie en double"})...)
	if g.percent(50) {
		g.field = e.document.append(append(g.field, ' '))
	}
	g.text = append(appendField(append(g.text, ','), g.field), ',')
	if g.percent(75) {
		g.text = e.document.append(g.text)
	}
	g.ledger.post(workday(day, g.weighted([]int{40, 30, 20, 10})), -e.amount, m, g.text)
}

// returned is a payment that the bank takes back, and that nobody booked.
func (g *generator) returned(day int) {
	e, m := g.entry(), g.truth.expect(Offset)
	first := workday(day, g.lag())
	g.settle(first, &e, e.amount, m, true)
	words := []string{"RETOUR VIR", "VIR REJETE", "REJET"}
	if e.cheque != 0 {
		words = []string{"CHQ IMPAYE", "RETOUR CHEQUE IMPAYE"}
	}
	g.text = append(g.text[:0], g.pick(words)...)
	if e.cheque != 0 {
		g.text = appendPadded(append(g.text, ' '), e.cheque, 7)
	} else {
		g.text = e.party.label(g.text, &g.chance, true)
	}
	g.bank.post(workday(first, g.between(1, 3)), -e.amount, m, clipped(g.text))
}

// unbooked is a bank line that the ledger does not know: charges, interest, and payments from and to somebody.
func (g *generator) unbooked(day int) {
	day = workday(day, g.lag())
	if g.percent(30) {
		e := g.entry()
		g.settle(day, &e, e.amount, nil, false)
		return
	}
	charges := [...]struct {
		label    string
		from, to int
	}{
		{"FRAIS TENUE DE COMPTE", 1500, 4500}, {"COMMISSION SUR VIREMENT", 220, 3300}, {"TVA SUR COMMISSIONS", 22, 660},
		{"COMMISSION TPE", 300, 9000}, {"FRAIS SUR OPERATION", 500, 5500}, {"AGIOS DEBITEURS", 1200, 90_000},
		{"INTERETS CREDITEURS", 500, 40_000}, {"DROITS DE TIMBRE", 200, 2000},
	}
	what := charges[g.below(len(charges))]
	amount := -int64(g.between(what.from, what.to))
	if what.label == "INTERETS CREDITEURS" {
		amount = -amount
	}
	g.bank.post(day, amount, nil, append(g.text[:0], what.label...))
}
