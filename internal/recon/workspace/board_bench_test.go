package workspace

import (
	"fmt"
	"testing"

	"khadamat/internal/money"
	"khadamat/internal/recon/record"
	"khadamat/internal/recon/result"
)

// largeBase is what a run finds in books with so many items: pairs, of which every fourth is only suggested, and a record that stays open for every pair.
func largeBase(items int) *base {
	f := &base{reasons: map[int32]string{}}
	for side := range 2 {
		for i := range items / 2 * (2 - side) {
			f.records = append(f.records, light{key: fmt.Sprintf("%02d%024d", side, i), side: side, row: i + 1, day: record.Day(20_000 + i%400), amount: money.Of(int64(i*7919%1_000_003), money.MAD),
				id: fmt.Sprint("REF", i), text: fmt.Sprintf("Virement reçu de client %d", i*31%5000)})
		}
	}
	left := items / 2 * 2
	for i := range items / 2 {
		m := foundMatch{number: i + 1, kind: result.OneToOne, status: result.Matched, pass: "exact", confidence: 0.9, members: []int32{int32(i), int32(left + i)}, amount: f.records[i].amount}
		if i%4 == 0 {
			m.status = result.Suggested
		}
		f.matches = append(f.matches, m)
		f.reasons[int32(items/2+i)] = "no_candidate"
	}
	return f
}

func BenchmarkBoard(b *testing.B) {
	from := largeBase(100_000)
	for name, f := range map[string]Filter{"all": {}, "open": {Statuses: []Status{StatusOpen}}, "text": {Text: "client 4999"}} {
		at := newBoard("run", from, nil)
		at.today = 20_400
		at.settings.EscalateAfter = 500
		at.page(f, ByUrgency, 0, 200)
		b.Run("first page after a change/"+name, func(b *testing.B) {
			for b.Loop() {
				at.turned()
				at.page(f, ByUrgency, 0, 200)
			}
		})
		b.Run("next page/"+name, func(b *testing.B) {
			for b.Loop() {
				at.page(f, ByUrgency, 200, 200)
			}
		})
	}
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			newBoard("run", from, nil)
		}
	})
	at := newBoard("run", from, nil)
	b.Run("figures", func(b *testing.B) {
		for b.Loop() {
			at.turned()
			at.sum()
		}
	})
}
