package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"khadamat/internal/web/assets"
)

func TestPicturesAreSetInTheFontsOfThePages(t *testing.T) {
	for name, from := range faces {
		packed, err := assets.Content(from)
		if err != nil {
			t.Fatal(err)
		}
		want, err := unpackWOFF2(packed)
		if err != nil {
			t.Fatalf("%s: %v", from, err)
		}
		got, err := os.ReadFile(filepath.Join("..", "..", "..", "platform", "drawing", "faces", name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not %s unpacked (%v): run go run ./internal/web/assets/build", name, from, err)
		}
	}
}

func TestWhatIsNoWholeFontIsRefused(t *testing.T) {
	packed, err := assets.Content("fonts/figtree-latin.woff2")
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"nothing": nil, "another format": []byte("wOFF"), "a header": packed[:48], "half a font": packed[:len(packed)/2]} {
		if _, err := unpackWOFF2(content); err == nil {
			t.Errorf("%s is unpacked", name)
		}
	}
}
