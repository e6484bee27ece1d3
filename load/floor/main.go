// Command floor is what reconciling two files is measured against: it only reads a bank statement and a ledger, types their dates and
// amounts, joins what has the same amount on the same day, and writes the pairs. It stands in a module of its own, since DuckDB needs a C
// compiler and the house does not.
//
//	floor BANK LEDGER OUT
package main

import (
	"bufio"
	"database/sql"
	"fmt"
	"log"
	"os"
	"runtime"
	"strings"
	"time"

	_ "github.com/duckdb/duckdb-go/v2"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: floor BANK LEDGER OUT")
	}
	bank, ledger, out := os.Args[1], os.Args[2], os.Args[3]
	started := time.Now()
	db, err := sql.Open("duckdb", "")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	skip, err := preamble(bank)
	if err != nil {
		log.Fatal(err)
	}
	amount := func(column string) string {
		return fmt.Sprintf(`try_cast(replace(replace(replace(%q, ' ', ''), '%s', ''), ',', '.') AS DECIMAL(18, 2))`, column, "\u202f")
	}
	for _, statement := range []string{
		fmt.Sprintf("SET threads = %d", runtime.NumCPU()),
		fmt.Sprintf(`CREATE TABLE bank AS SELECT row_number() OVER () AS row, strptime("Date opération", '%%d/%%m/%%Y')::DATE AS day,
			coalesce(-%s, %s) AS amount, "Libellé" AS text
			FROM read_csv('%s', delim = ';', header = true, skip = %d, all_varchar = true, null_padding = true)
			WHERE regexp_matches("Date opération", '^[0-9]')`, amount("Débit"), amount("Crédit"), bank, skip),
		fmt.Sprintf(`CREATE TABLE ledger AS SELECT row_number() OVER () AS row, COLUMNS('date')::DATE AS day, amount::DECIMAL(18, 2) AS amount, description, counterparty
			FROM read_csv('%s', delim = ',', header = true, all_varchar = true)`, ledger),
		"CREATE TABLE pairs AS SELECT bank.row AS bank, ledger.row AS ledger FROM bank JOIN ledger USING (day, amount)",
		fmt.Sprintf("COPY pairs TO '%s' (HEADER)", out),
	} {
		if _, err := db.Exec(statement); err != nil {
			log.Fatal(err)
		}
	}
	var pairs int
	if err := db.QueryRow("SELECT count(*) FROM pairs").Scan(&pairs); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f s, %d pairs\n", time.Since(started).Seconds(), pairs)
}

// preamble counts the lines of a bank statement before the one that names its columns.
func preamble(path string) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	for n := 0; lines.Scan(); n++ {
		if strings.Contains(lines.Text(), "Libellé") {
			return n, nil
		}
	}
	return 0, fmt.Errorf("%s names no columns", path)
}
