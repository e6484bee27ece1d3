package engine

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
)

// errTorn says that a file of a stage is not as it was written.
var errTorn = errors.New("the file is torn")

// writeWhole writes a file that is there as a whole or not at all, even where the machine goes down.
func writeWhole(path string, content []byte) error {
	return writeAnd(path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	}, (*os.File).Sync)
}

// writeWith writes a file piece by piece, which is there as a whole or not at all where the process goes down. Where the machine does, it may
// be torn: that is for files that say by a checksum whether they are whole, and that can be made again.
func writeWith(path string, write func(w io.Writer) error) (err error) {
	return writeAnd(path, write, func(*os.File) error { return nil })
}

func writeAnd(path string, write func(w io.Writer) error, then func(f *os.File) error) error {
	f, err := os.Create(path + ".part")
	if err != nil {
		return err
	}
	if err := write(f); err != nil {
		return errors.Join(err, f.Close(), os.Remove(path+".part"))
	}
	return errors.Join(then(f), f.Close(), os.Rename(path+".part", path))
}

// writeChecked writes a value as JSON behind a line with its SHA-256.
func writeChecked(path string, value any) error {
	content, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return writeWhole(path, append([]byte(fingerprint(content)+"\n"), content...))
}

// readChecked reads what writeChecked wrote. It returns errTorn (in the chain) where it is not that, and fs.ErrNotExist where there is none.
func readChecked(path string, into any) error {
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	sum, content, _ := bytes.Cut(content, []byte("\n"))
	if string(sum) != fingerprint(content) {
		return errTorn
	}
	if err := json.Unmarshal(content, into); err != nil {
		return errors.Join(errTorn, err)
	}
	return nil
}

func fingerprint(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// fingerprintOf is that of a value as JSON, which every value of ours can be.
func fingerprintOf(value any) string {
	content, err := json.Marshal(value)
	if err != nil {
		return "" // the same as nothing: what was made for it is made again
	}
	return fingerprint(content)
}

func fileFingerprint(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}
