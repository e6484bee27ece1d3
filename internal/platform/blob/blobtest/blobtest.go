// Package blobtest is what every implementation of blob.Store must do, as one suite of tests.
package blobtest

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"khadamat/internal/platform/blob"
)

// helloSHA256 is the SHA-256 of "hello".
const helloSHA256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

// Run tests what open returns, an empty store for each rule.
func Run(t *testing.T, open func(t *testing.T) blob.Store) {
	for name, rule := range map[string]func(*testing.T, blob.Store){
		"what was put is read back":             readBack,
		"the same bytes are one blob":           same,
		"too many bytes keep nothing":           tooLarge,
		"a failing source keeps nothing":        failing,
		"an ended context keeps nothing":        ended,
		"a deleted blob is gone":                deleted,
		"what is no SHA-256 names nothing":      names,
		"many put the same bytes at one time":   concurrent,
		"a large blob goes through in a stream": large,
	} {
		t.Run(name, func(t *testing.T) { rule(t, open(t)) })
	}
}

func put(t *testing.T, s blob.Store, content string) blob.Ref {
	t.Helper()
	ref, err := s.Put(t.Context(), strings.NewReader(content), 1<<20)
	if err != nil {
		t.Fatalf("Put: %v", err)
	}
	return ref
}

func expect(t *testing.T, s blob.Store, name, want string) {
	t.Helper()
	file, err := s.Open(t.Context(), name)
	if err != nil {
		t.Fatalf("Open: %v", err)
	}
	defer file.Close()
	if got, err := io.ReadAll(file); err != nil || string(got) != want {
		t.Errorf("read %q, %v; want %q", got, err, want)
	}
}

func expectNone(t *testing.T, s blob.Store, name string) {
	t.Helper()
	if ok, err := s.Exists(t.Context(), name); ok || err != nil {
		t.Errorf("Exists(%q) = %v, %v", name, ok, err)
	}
	if _, err := s.Open(t.Context(), name); !errors.Is(err, blob.ErrNotFound) {
		t.Errorf("Open(%q): %v, want not found", name, err)
	}
}

func readBack(t *testing.T, s blob.Store) {
	expectNone(t, s, helloSHA256)
	if ref := put(t, s, "hello"); ref != (blob.Ref{SHA256: helloSHA256, Bytes: 5}) {
		t.Errorf("ref %+v", ref)
	}
	if ok, err := s.Exists(t.Context(), helloSHA256); !ok || err != nil {
		t.Errorf("Exists = %v, %v", ok, err)
	}
	expect(t, s, helloSHA256, "hello")
	expect(t, s, put(t, s, "").SHA256, "")
	file, err := s.Open(t.Context(), helloSHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.Seek(3, io.SeekStart); err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(file); err != nil || string(got) != "lo" {
		t.Errorf("from 3: %q, %v", got, err)
	}
}

func same(t *testing.T, s blob.Store) {
	if first, second := put(t, s, "hello"), put(t, s, "hello"); first != second {
		t.Errorf("two references %+v, %+v", first, second)
	}
	if err := s.Delete(t.Context(), helloSHA256); err != nil {
		t.Fatal(err)
	}
	expectNone(t, s, helloSHA256)
}

func tooLarge(t *testing.T, s blob.Store) {
	if _, err := s.Put(t.Context(), strings.NewReader("hello"), 4); !errors.Is(err, blob.ErrTooLarge) {
		t.Errorf("Put: %v", err)
	}
	expectNone(t, s, helloSHA256)
	if _, err := s.Put(t.Context(), strings.NewReader("hello"), 5); err != nil {
		t.Errorf("exactly as many as allowed: %v", err)
	}
}

func failing(t *testing.T, s blob.Store) {
	broken := errors.New("broken pipe")
	source := io.MultiReader(strings.NewReader("hello"), iotest.ErrReader(broken))
	if _, err := s.Put(t.Context(), source, 1<<20); !errors.Is(err, broken) {
		t.Errorf("Put: %v", err)
	}
	expectNone(t, s, helloSHA256)
}

func ended(t *testing.T, s blob.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Put(ctx, strings.NewReader("hello"), 1<<20); !errors.Is(err, context.Canceled) {
		t.Errorf("Put: %v", err)
	}
	expectNone(t, s, helloSHA256)
}

func deleted(t *testing.T, s blob.Store) {
	kept := put(t, s, "kept").SHA256
	name := put(t, s, "hello").SHA256
	for range 2 {
		if err := s.Delete(t.Context(), name); err != nil {
			t.Errorf("Delete: %v", err)
		}
	}
	expectNone(t, s, name)
	expect(t, s, kept, "kept")
}

func names(t *testing.T, s blob.Store) {
	put(t, s, "hello")
	for _, name := range []string{"", "..", "../../etc/passwd", helloSHA256[:63], helloSHA256 + "0", strings.ToUpper(helloSHA256),
		"../" + helloSHA256[3:], helloSHA256[:62] + "/x", strings.Repeat("é", 32), helloSHA256[:63] + "\x00"} {
		expectNone(t, s, name)
		if err := s.Delete(t.Context(), name); err != nil {
			t.Errorf("Delete(%q): %v", name, err)
		}
	}
	expect(t, s, helloSHA256, "hello")
}

func concurrent(t *testing.T, s blob.Store) {
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if _, err := s.Put(t.Context(), strings.NewReader("hello"), 100); err != nil {
				t.Errorf("Put: %v", err)
			}
		})
	}
	all.Wait()
	expect(t, s, helloSHA256, "hello")
}

func large(t *testing.T, s blob.Store) {
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	ref, err := s.Put(t.Context(), iotest.HalfReader(bytes.NewReader(content)), int64(len(content)))
	if err != nil || ref.Bytes != int64(len(content)) {
		t.Fatalf("Put: %+v, %v", ref, err)
	}
	expect(t, s, ref.SHA256, string(content))
}
