package live

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
)

func subscribe(t *testing.T, h *Hub, topics ...string) *Subscription {
	t.Helper()
	s, err := h.Subscribe(topics...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

func publish(t *testing.T, h *Hub, topic, kind string, data any) {
	t.Helper()
	if err := h.Publish(topic, Event{Type: kind, Data: data}); err != nil {
		t.Fatal(err)
	}
}

// queued returns what waits for a subscriber. Local delivers before Publish returns, so that all of it is there.
func queued(s *Subscription) []Event {
	var events []Event
	for {
		select {
		case e, open := <-s.C:
			if !open {
				return events
			}
			events = append(events, e)
		default:
			return events
		}
	}
}

func TestEventsReachThoseWhoWatchTheirTopicOnce(t *testing.T) {
	h := New(NewLocal(), Options{})
	both, other := subscribe(t, h, "a", "b", "a"), subscribe(t, h, "c")
	publish(t, h, "a", "changed", map[string]int{"n": 1})
	publish(t, h, "b", "gone", nil)
	publish(t, h, "nobody", "x", nil)
	got := queued(both)
	if len(got) != 2 || got[0].Topic != "a" || got[0].Type != "changed" || got[1].Type != "gone" {
		t.Fatalf("got %+v", got)
	}
	if data, _ := got[0].Data.(json.RawMessage); string(data) != `{"n":1}` {
		t.Errorf("data %s", data)
	}
	if string(got[0].wire) != `{"topic":"a","type":"changed","data":{"n":1}}` {
		t.Errorf("wire %s", got[0].wire)
	}
	if events := queued(other); events != nil {
		t.Errorf("another topic's watcher got %+v", events)
	}
}

func TestASlowSubscriberIsToldToResyncAndHoldsUpNobody(t *testing.T) {
	h := New(NewLocal(), Options{QueueEvents: 3})
	slow, quick := subscribe(t, h, "a"), subscribe(t, h, "a")
	for i := range 10 {
		publish(t, h, "a", fmt.Sprint(i), nil)
		if got := queued(quick); len(got) != 1 {
			t.Fatalf("event %d: the quick one got %+v", i, got)
		}
	}
	got := queued(slow)
	if len(got) != 4 || got[2].Type != "2" || got[3].Type != Resync {
		t.Errorf("the slow one got %+v", got)
	}
	if _, open := <-slow.C; open || h.Dropped() != 1 || h.Subscribers() != 1 {
		t.Errorf("open %v, dropped %d, subscribers %d", open, h.Dropped(), h.Subscribers())
	}
}

func TestSubscribersAreBounded(t *testing.T) {
	h := New(NewLocal(), Options{MaxSubscribers: 2})
	first := subscribe(t, h, "a")
	subscribe(t, h, "a")
	if _, err := h.Subscribe("a"); !errors.Is(err, ErrFull) {
		t.Errorf("a third: %v", err)
	}
	first.Close()
	first.Close()
	subscribe(t, h, "a")
	if h.Subscribers() != 2 {
		t.Errorf("%d subscribers", h.Subscribers())
	}
}

func TestDrainingEndsAllAndTakesNoMore(t *testing.T) {
	h := New(NewLocal(), Options{})
	s := subscribe(t, h, "a")
	h.Drain()
	if _, open := <-s.C; open {
		t.Error("a subscription is still open")
	}
	if _, err := h.Subscribe("a"); !errors.Is(err, ErrDraining) {
		t.Errorf("subscribing: %v", err)
	}
	publish(t, h, "a", "late", nil)
	if !h.Wait(nil) || !h.Draining() || h.Subscribers() != 0 {
		t.Error("not drained")
	}
}

func TestTwoHubsOnOneBrokerHearEachOther(t *testing.T) {
	broker := NewLocal()
	here, there := New(broker, Options{}), New(broker, Options{})
	s := subscribe(t, there, "a")
	publish(t, here, "a", "changed", 1)
	if got := queued(s); len(got) != 1 {
		t.Errorf("got %+v", got)
	}
}

type failing struct{ *Local }

func (failing) Publish(Message) error { return errors.New("no connection") }

func TestPublishSaysWhatFailed(t *testing.T) {
	if err := New(NewLocal(), Options{}).Publish("a", Event{Data: func() {}}); err == nil {
		t.Error("a function was published")
	}
	if err := New(failing{NewLocal()}, Options{}).Publish("a", Event{}); err == nil {
		t.Error("a broken broker was not noticed")
	}
}

func TestWhatIsNoJSONBecomesAResync(t *testing.T) {
	broker := NewLocal()
	s := subscribe(t, New(broker, Options{}), "a")
	if err := broker.Publish(Message{Topic: "a", Type: "x", Data: json.RawMessage("{")}); err != nil {
		t.Fatal(err)
	}
	if got := queued(s); len(got) != 1 || got[0].Type != Resync {
		t.Errorf("got %+v", got)
	}
}

func TestPublishingSubscribingAndClosingAtOnce(t *testing.T) {
	h := New(NewLocal(), Options{QueueEvents: 2})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 200 {
				if err := h.Publish("a", Event{Type: "x"}); err != nil {
					t.Error(err)
				}
			}
		})
		all.Go(func() {
			for range 200 {
				s, err := h.Subscribe("a", "b")
				if err != nil {
					t.Error(err)
					return
				}
				queued(s)
				s.Close()
			}
		})
	}
	all.Wait()
	if h.Subscribers() != 0 || len(h.byTopic) != 0 {
		t.Errorf("%d subscribers and %d topics are left", h.Subscribers(), len(h.byTopic))
	}
}
