// Package docs holds the documents that the program itself serves.
package docs

import _ "embed"

// AsyncAPI describes the live connection of a reconciliation project (AsyncAPI 3.0, YAML).
//
//go:embed asyncapi.yaml
var AsyncAPI []byte
