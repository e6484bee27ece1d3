package live

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"khadamat/internal/platform/clock"
)

func announce(t *testing.T, h *Hub, topic string, p Presence) {
	t.Helper()
	if err := h.Announce(topic, p); err != nil {
		t.Fatal(err)
	}
}

// seats are the seats that are taken at a topic.
func seats(h *Hub, topic string) string {
	all := ""
	for _, p := range h.People(topic) {
		all += p.Person.Name + ":" + p.Seat + " "
	}
	return all
}

func TestEveryNodeKnowsWhoIsPresentUntilTheyLeave(t *testing.T) {
	broker := NewLocal()
	here, there := New(broker, Options{}), New(broker, Options{})
	s := subscribe(t, there, "a")
	salma, omar := Person{"1", "Salma"}, Person{"2", "Omar"}
	item := "i1"
	announce(t, here, "a", Presence{Seat: "x", Person: salma, Here: true})
	announce(t, here, "a", Presence{Seat: "y", Person: salma, Here: true})
	announce(t, here, "a", Presence{Seat: "y", Person: salma, Here: true, Item: &item})
	announce(t, there, "a", Presence{Seat: "z", Person: omar, Here: true})
	announce(t, there, "b", Presence{Seat: "w", Person: omar, Here: true})
	for _, h := range []*Hub{here, there} {
		if got := seats(h, "a"); got != "Omar:z Salma:x Salma:y " {
			t.Errorf("present: %s", got)
		}
		if people := h.People("a"); people[2].Item == nil || *people[2].Item != item {
			t.Errorf("Salma looks at %v", people[2].Item)
		}
	}
	announce(t, here, "a", Presence{Seat: "x", Person: salma})
	if got := seats(there, "a"); got != "Omar:z Salma:y " {
		t.Errorf("after one left: %s", got)
	}
	events := queued(s)
	if len(events) != 5 || events[4].Type != Present {
		t.Errorf("heard %+v", events)
	}
}

func TestWhoIsNotAnnouncedAgainIsGone(t *testing.T) {
	now := clock.NewManual(time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC))
	h := New(NewLocal(), Options{Clock: now})
	announce(t, h, "a", Presence{Seat: "x", Here: true})
	announce(t, h, "a", Presence{Seat: "y", Here: true})
	now.Advance(PresenceLasts - time.Second)
	announce(t, h, "a", Presence{Seat: "y", Here: true})
	if got := len(h.People("a")); got != 2 {
		t.Errorf("%d present before their time is up", got)
	}
	now.Advance(time.Second)
	if got := seats(h, "a"); got != ":y " {
		t.Errorf("present: %s", got)
	}
	now.Advance(PresenceLasts)
	for i := range sweepEvery {
		announce(t, h, fmt.Sprint(i), Presence{Seat: "x", Here: true})
		announce(t, h, fmt.Sprint(i), Presence{Seat: "x"})
	}
	if got := len(h.people.topics); got != 0 {
		t.Errorf("%d topics are remembered without anybody there", got)
	}
}

func TestAPresenceThatIsNoneIsLeftAlone(t *testing.T) {
	broker := NewLocal()
	h := New(broker, Options{})
	for _, data := range []string{`{`, `[]`, `{"here":true}`, ``} {
		if err := broker.Publish(Message{Topic: "a", Type: Present, Data: json.RawMessage(data)}); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.People("a"); len(got) != 0 {
		t.Errorf("present: %+v", got)
	}
}
