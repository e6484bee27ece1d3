package booking

import (
	"testing"
	"time"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

func TestACursorComesBackAsItWas(t *testing.T) {
	want := cursor{start: time.Date(2026, time.June, 2, 9, 0, 0, 1000, time.UTC), id: ids.New()}
	if got, err := parseCursor(want.String()); err != nil || got != want {
		t.Fatalf("got %+v, %v; want %+v", got, err, want)
	}
}

// Whatever somebody writes for a cursor is refused as invalid or stands for a place that can be written again.
func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"", "???", "bm90IG9uZQ", "OS4", cursor{start: time.UnixMicro(-1).UTC(), id: ids.New()}.String()} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := parseCursor(text)
		if err != nil {
			if errs.CodeOf(err) != errs.Invalid {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if text == "" {
			return
		}
		if again, err := parseCursor(c.String()); err != nil || again != c {
			t.Fatalf("%q: %+v comes back as %+v, %v", text, c, again, err)
		}
	})
}
