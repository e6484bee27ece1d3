package match

import (
	"math"

	"khadamat/internal/recon/record"
	"khadamat/internal/recon/rules"
)

// nearCost is cost for records that are surely the same and differ for a reason.
func (p *pairing) nearCost(l, r int32) (float32, bool) {
	cause, ok := p.cause(l, r)
	if !ok {
		return 0, false
	}
	cost, ok := p.likeness(l, r)
	if !ok {
		return 0, false
	}
	a, b := p.amount(0, l), p.amount(1, r)
	apart := float32(0)
	if a != b {
		apart = float32(abs(a-b)) / float32(max(abs(a), abs(b), abs(a-b)))
	}
	if cause != "" {
		apart = (1 + apart) / 2
	}
	days := float32(0)
	if p.s.date != nil {
		d := math.Abs(float64(p.day(1, r)) - float64(p.day(0, l)))
		days = float32(d / (d + 10))
	}
	return (cost + apart + days) / 3, true
}

// cause names what makes two records differ, empty where nothing does. It is false where no cause of the pass would explain it.
func (p *pairing) cause(l, r int32) (string, bool) {
	if !p.known(0, l) || !p.known(1, r) {
		return "", false
	}
	a, b := p.amount(0, l), p.amount(1, r)
	inTime, shifted := true, false
	if p.s.date != nil {
		from, to := p.day(0, l), p.day(1, r)
		if from == record.NoDay || to == record.NoDay {
			return "", false
		}
		apart := int64(to) - int64(from)
		_, inTime = p.s.Date.holds(apart, 0)
		if most := p.s.Causes.DateShift; most != nil {
			shifted = apart >= p.s.Date.From-int64(*most) && apart <= p.s.Date.To+int64(*most)
		}
	}
	if a == b && inTime {
		return "", true
	}
	if a == b {
		return "date_shift", shifted
	}
	if !inTime {
		return "", false
	}
	within := func(limit *rules.CauseLimit) bool {
		apart := abs(a - b)
		return limit != nil && (limit.Absolute == 0 || apart <= minorOf(limit.Absolute)) &&
			(limit.Percent == 0 || float64(apart) <= limit.Percent/100*float64(max(abs(a), abs(b))))
	}
	switch c := &p.s.Causes; {
	case within(c.Rounding):
		return "rounding", true
	case c.SwappedDigits && swapped(a, b):
		return "swapped_digits", true
	case within(c.Fee):
		return "fee", true
	case within(c.ExchangeRate) && p.currenciesDiffer(l, r):
		return "exchange_rate", true
	case within(c.Other):
		return "other", true
	}
	return "", false
}

// currenciesDiffer is true also where a side does not say which it has.
func (p *pairing) currenciesDiffer(l, r int32) bool {
	left, right := record.Currencies(p.x.sides[0]), record.Currencies(p.x.sides[1])
	if left == nil || right == nil {
		return true
	}
	return string(appendFolded(nil, left.At(int(l)))) != string(appendFolded(nil, right.At(int(r))))
}
