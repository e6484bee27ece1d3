package blob_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"khadamat/internal/platform/blob"
	"khadamat/internal/platform/blob/blobtest"
)

func TestAFolderIsAStore(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blob.Store {
		store, err := blob.NewFolder(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		return store
	})
}

func files(t *testing.T, root string) []string {
	t.Helper()
	var found []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestTheSameBytesTakeOneFileAndRefusedOnesNone(t *testing.T) {
	root := t.TempDir()
	store, err := blob.NewFolder(root)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := store.Put(t.Context(), strings.NewReader("hello"), 10); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := store.Put(t.Context(), strings.NewReader("hello again"), 10); !errors.Is(err, blob.ErrTooLarge) {
		t.Fatal(err)
	}
	if found := files(t, root); len(found) != 1 {
		t.Errorf("files: %v", found)
	}
}

func TestBlobsSurviveReopeningAndHalfWrittenOnesDoNot(t *testing.T) {
	root := t.TempDir()
	store, err := blob.NewFolder(root)
	if err != nil {
		t.Fatal(err)
	}
	ref, err := store.Put(t.Context(), strings.NewReader("hello"), 10)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "incoming", "half"), []byte("he"), 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := blob.NewFolder(root)
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := again.Exists(t.Context(), ref.SHA256); !ok || err != nil {
		t.Errorf("Exists = %v, %v", ok, err)
	}
	if found := files(t, root); len(found) != 1 {
		t.Errorf("files: %v", found)
	}
}
