package db

import (
	"testing"
	"time"

	"khadamat/internal/platform/errs"
	"khadamat/internal/platform/ids"
)

func TestACursorComesBackAsItWas(t *testing.T) {
	want := Cursor{At: time.Date(2026, time.June, 2, 9, 0, 0, 1000, time.UTC), ID: ids.New()}
	if got, err := ParseCursor(want.String()); err != nil || got != want {
		t.Fatalf("got %+v, %v; want %+v", got, err, want)
	}
}

// Whatever somebody writes for a cursor is refused as invalid or stands for a place that can be written again.
func FuzzCursor(f *testing.F) {
	for _, seed := range []string{"", "???", "bm90IG9uZQ", "OS4", Cursor{At: time.UnixMicro(-1).UTC(), ID: ids.New()}.String()} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := ParseCursor(text)
		if err != nil {
			if errs.CodeOf(err) != errs.Invalid {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if text == "" {
			return
		}
		if again, err := ParseCursor(c.String()); err != nil || again != c {
			t.Fatalf("%q: %+v comes back as %+v, %v", text, c, again, err)
		}
	})
}
