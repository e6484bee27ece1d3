package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// writeLarge writes two files of so many rows that agree but for one row in ten, whose amount or day is a little off, and one in twenty,
// which the other side lacks.
func writeLarge(folder string, rows int) (left, right string, err error) {
	left, right = filepath.Join(folder, "left.csv"), filepath.Join(folder, "right.csv")
	for side, path := range []string{left, right} {
		if err := writeSide(path, side, rows); err != nil {
			return "", "", err
		}
	}
	return left, right, nil
}

func writeSide(path string, side, rows int) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	out := bufio.NewWriterSize(f, 1<<20)
	fmt.Fprintln(out, "reference,date,amount")
	first := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	source := rand.New(rand.NewPCG(378, 10)) //nolint:gosec // the same rows for both sides
	for i := range rows {
		minor, day, kind := 100+source.IntN(5_000_000), source.IntN(2000), source.IntN(20)
		reference := fmt.Sprintf("R%08d", i)
		switch {
		case side == 0:
		case kind == 0:
			reference = fmt.Sprintf("X%08d", i)
		case kind <= 2:
			minor, day = minor+1+source.IntN(100), day+source.IntN(6)
		}
		if side == 0 && (kind == 1 || kind == 2) {
			source.IntN(100)
			source.IntN(6)
		}
		date := first.AddDate(0, 0, day)
		fmt.Fprintf(out, "%s,%s,%d.%02d\n", reference, date.Format(time.DateOnly), minor/100, minor%100)
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Close()
}
