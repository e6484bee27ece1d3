package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Folder keeps blobs as files below one folder, in subfolders by the first two digits of their name.
type Folder struct {
	root string
}

// temporaryFolder holds what is being written. It lies within the root, so that renaming stays within one file system.
const temporaryFolder = "incoming"

// NewFolder opens the store below root and makes the folder where there is none. What earlier processes left half written is
// removed; so one process at a time opens a root.
func NewFolder(root string) (*Folder, error) {
	incoming := filepath.Join(root, temporaryFolder)
	if err := os.RemoveAll(incoming); err != nil {
		return nil, fmt.Errorf("blob: clear %s: %w", incoming, err)
	}
	if err := os.MkdirAll(incoming, 0o750); err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	return &Folder{root: root}, nil
}

// Put keeps the bytes of source.
func (f *Folder) Put(ctx context.Context, source io.Reader, maxBytes int64) (Ref, error) {
	file, err := os.CreateTemp(filepath.Join(f.root, temporaryFolder), "*")
	if err != nil {
		return Ref{}, fmt.Errorf("blob: put: %w", err)
	}
	// After the rename there is nothing left to remove under the temporary name.
	defer os.Remove(file.Name())
	ref, err := copyHashed(ctx, file, source, maxBytes)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return Ref{}, fmt.Errorf("blob: put: %w", err)
	}
	if err := f.adopt(file.Name(), ref.SHA256); err != nil {
		return Ref{}, fmt.Errorf("blob: put: %w", err)
	}
	return ref, nil
}

// adopt moves a complete file to its name. Where the name is taken it holds the same bytes, and the move replaces it by itself.
func (f *Folder) adopt(temporary, name string) error {
	path := f.path(name)
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return err
	}
	if err := os.Rename(temporary, path); err != nil {
		return err
	}
	return errors.Join(syncFolder(folder), syncFolder(f.root))
}

// Open returns a blob for reading.
func (f *Folder) Open(_ context.Context, sha256 string) (io.ReadSeekCloser, error) {
	if !validName(sha256) {
		return nil, ErrNotFound
	}
	file, err := os.Open(f.path(sha256))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("blob: open: %w", err)
	}
	return file, nil
}

// Exists says whether there is a blob of that name.
func (f *Folder) Exists(_ context.Context, sha256 string) (bool, error) {
	if !validName(sha256) {
		return false, nil
	}
	_, err := os.Stat(f.path(sha256))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Delete forgets a blob.
func (f *Folder) Delete(_ context.Context, sha256 string) error {
	if !validName(sha256) {
		return nil
	}
	if err := os.Remove(f.path(sha256)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob: delete: %w", err)
	}
	return nil
}

func (f *Folder) path(name string) string { return filepath.Join(f.root, name[:2], name) }

func copyHashed(ctx context.Context, to io.Writer, source io.Reader, maxBytes int64) (Ref, error) {
	hash := sha256.New()
	// One byte more than allowed tells too large from just large enough.
	limited := io.LimitReader(cancelled{ctx, source}, maxBytes+1)
	n, err := io.Copy(io.MultiWriter(to, hash), limited)
	if err != nil {
		return Ref{}, err
	}
	if n > maxBytes {
		return Ref{}, ErrTooLarge
	}
	return Ref{SHA256: hex.EncodeToString(hash.Sum(nil)), Bytes: n}, nil
}

// cancelled ends reading when the context ends.
type cancelled struct {
	ctx    context.Context
	source io.Reader
}

func (c cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.source.Read(p)
}

// syncFolder makes a rename within a folder survive a loss of power.
func syncFolder(path string) error {
	folder, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}
