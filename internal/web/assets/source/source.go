// Package source says whether built assets are in step with what they were built of.
package source

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
)

// Hash returns a hash of all files in a folder, names and contents, whatever order they are found in.
func Hash(folder fs.FS) (string, error) {
	sum := sha256.New()
	// WalkDir goes in lexical order, so the same files always give the same hash.
	err := fs.WalkDir(folder, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(folder, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%s %d\n", path, len(content))
		sum.Write(content)
		return nil
	})
	if err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)[:16]), nil
}
