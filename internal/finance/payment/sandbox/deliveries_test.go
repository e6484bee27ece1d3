package sandbox

import (
	"slices"
	"strconv"
	"testing"
	"time"
)

func TestSomeWebhooksComeTwiceAndSomeLate(t *testing.T) {
	var atOnce, twice, late int
	const events = 4000
	for i := range events {
		id := "ev_" + strconv.Itoa(i)
		plan := deliveries(id, false)
		if !slices.Equal(plan, deliveries(id, false)) {
			t.Fatalf("%s is delivered otherwise the second time", id)
		}
		switch {
		case len(plan) > 1:
			twice++
		case plan[0] > 0:
			late++
		default:
			atOnce++
		}
		if plan[len(plan)-1] > time.Minute {
			t.Fatalf("%s: %v", id, plan)
		}
	}
	if atOnce < events/2 || twice < events/8 || late < events/16 {
		t.Errorf("of %d events %d come at once, %d twice, %d late", events, atOnce, twice, late)
	}
	if plan := deliveries("ev_1", true); !slices.Equal(plan, []time.Duration{lateBy}) {
		t.Errorf("those of the late card come after %v", plan)
	}
}

func TestTestCardsAreToldApartByTheirLastFourDigits(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range testCards {
		if !luhn(c.number) || seen[c.lastFour()] {
			t.Errorf("%s is no number, or ends as another one", c.number)
		}
		seen[c.lastFour()] = true
	}
	if luhn("4000000000000078") || luhn("400000000000007x") {
		t.Error("a wrong number passes")
	}
}
