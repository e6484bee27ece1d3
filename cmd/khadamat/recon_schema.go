package main

import (
	"os"

	"khadamat/internal/recon/rules"
)

// reconSchema prints what a ruleset may hold, for editors and for programs that write rulesets.
type reconSchema struct{}

func (reconSchema) Run() error {
	_, err := os.Stdout.Write(rules.Schema(language()))
	return err
}
