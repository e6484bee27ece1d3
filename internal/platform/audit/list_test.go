package audit_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"khadamat/internal/platform/audit"
	"khadamat/internal/platform/clock"
	"khadamat/internal/platform/db"
	"khadamat/internal/platform/db/dbtest"
	"khadamat/internal/platform/errs"
)

// written puts entries into the log, one a minute, and returns a reader of it.
func written(t *testing.T, d *db.DB, now *clock.Manual, entries ...audit.Entry) *audit.Reader {
	t.Helper()
	for _, e := range entries {
		if err := d.Tx(t.Context(), func(tx *db.Tx) error { return audit.Write(t.Context(), tx, e) }); err != nil {
			t.Fatal(err)
		}
		now.Advance(time.Minute)
	}
	return audit.NewReader(d)
}

func actionsIn(page audit.Page) (actions []string) {
	for _, record := range page.Items {
		actions = append(actions, record.Action+" "+record.SubjectID)
	}
	return actions
}

func TestTheLogIsReadLatestFirstByWhatOneLooksFor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		start := now.Now()
		reader := written(t, d, now,
			audit.Entry{ActorID: "salma", Action: "booking.requested", SubjectKind: "booking", SubjectID: "b1"},
			audit.Entry{ActorID: "hamid", Action: "booking.accepted", SubjectKind: "booking", SubjectID: "b1"},
			audit.Entry{ActorID: "salma", Action: "bookings", SubjectKind: "x", SubjectID: "x"},
			audit.Entry{Action: "session.revoked", SubjectKind: "session", SubjectID: "s1"},
			audit.Entry{ActorID: "salma", Action: "booking.requested", SubjectKind: "booking", SubjectID: "b2"},
		)
		for what, c := range map[string]struct {
			filter audit.Filter
			want   []string
		}{
			"everything":   {audit.Filter{}, []string{"booking.requested b2", "session.revoked s1", "bookings x", "booking.accepted b1", "booking.requested b1"}},
			"by actor":     {audit.Filter{ActorID: "hamid"}, []string{"booking.accepted b1"}},
			"by action":    {audit.Filter{Action: "booking.requested"}, []string{"booking.requested b2", "booking.requested b1"}},
			"by beginning": {audit.Filter{Action: "booking."}, []string{"booking.requested b2", "booking.accepted b1", "booking.requested b1"}},
			"by subject":   {audit.Filter{SubjectID: "b1"}, []string{"booking.accepted b1", "booking.requested b1"}},
			"by time":      {audit.Filter{From: start.Add(time.Minute), To: start.Add(3 * time.Minute)}, []string{"bookings x", "booking.accepted b1"}},
			"by all":       {audit.Filter{ActorID: "salma", Action: "booking.requested", SubjectID: "b2", From: start}, []string{"booking.requested b2"}},
			"nothing":      {audit.Filter{ActorID: "nobody"}, nil},
		} {
			page, err := reader.List(t.Context(), c.filter)
			if err != nil || !slices.Equal(actionsIn(page), c.want) || page.NextCursor != "" {
				t.Errorf("%s: %v, %v; want %v", what, actionsIn(page), err, c.want)
			}
		}
		if actions, err := reader.Actions(t.Context()); err != nil || !slices.Equal(actions, []string{"booking.accepted", "booking.requested", "bookings", "session.revoked"}) {
			t.Errorf("actions: %v, %v", actions, err)
		}
	})
}

func TestPagesOfTheLogMissNothingAndRepeatNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		var entries []audit.Entry
		for i := range 12 {
			entries = append(entries, audit.Entry{Action: "thing.done", SubjectKind: "thing", SubjectID: fmt.Sprint(i), At: now.Now()}) // all at one time
		}
		reader := written(t, d, now, entries...)
		seen := map[string]bool{}
		for cursor, pages := "", 0; ; pages++ {
			page, err := reader.List(t.Context(), audit.Filter{Cursor: cursor, Limit: 5})
			if err != nil || pages > 3 {
				t.Fatalf("page %d: %v", pages, err)
			}
			for _, record := range page.Items {
				if seen[record.SubjectID] {
					t.Errorf("%s stands on two pages", record.SubjectID)
				}
				seen[record.SubjectID] = true
			}
			if cursor = page.NextCursor; cursor == "" {
				break
			}
		}
		if len(seen) != 12 {
			t.Errorf("%d of 12 entries were seen", len(seen))
		}
		for _, broken := range []string{"!", "MTIz", "eC55"} {
			if _, err := reader.List(t.Context(), audit.Filter{Cursor: broken}); errs.CodeOf(err) != errs.Invalid {
				t.Errorf("the cursor %q: %v", broken, err)
			}
		}
	})
}

func TestTheStateSaysHowFarTheChainReaches(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB, now *clock.Manual) {
		reader := written(t, d, now)
		if state, err := reader.State(t.Context()); err != nil || state != (audit.Proof{}) {
			t.Errorf("an empty log: %+v, %v", state, err)
		}
		if actions, err := reader.Actions(t.Context()); err != nil || len(actions) != 0 {
			t.Errorf("actions of an empty log: %v, %v", actions, err)
		}
		written(t, d, now, audit.Entry{Action: "a.b", SubjectKind: "x", SubjectID: "1"}, audit.Entry{Action: "a.c", SubjectKind: "x", SubjectID: "2"})
		if _, err := audit.Seal(t.Context(), d); err != nil {
			t.Fatal(err)
		}
		written(t, d, now, audit.Entry{Action: "a.d", SubjectKind: "x", SubjectID: "3"})
		state, err := reader.State(t.Context())
		proof, verifyErr := audit.Verify(t.Context(), d)
		if err != nil || verifyErr != nil || state != proof || state.Sealed != 2 || state.Unsealed != 1 {
			t.Errorf("%+v, verified %+v (%v, %v)", state, proof, err, verifyErr)
		}
		page, err := reader.List(t.Context(), audit.Filter{})
		if err != nil || page.Items[0].Seq != 0 || page.Items[0].Hash != "" || page.Items[1].Hash != state.Head || page.Items[1].Seq != 2 {
			t.Errorf("seals: %+v, %v", page.Items, err)
		}
	})
}
