// Package schema has the argument schema of Terraform's AWS provider: the names,
// types and flags of the arguments of its resources and data sources. NOTICE says
// where they come from.
package schema

import _ "embed"

// Version is the provider version that JSON describes.
const Version = "6.25.0"

// Address is the provider that JSON describes.
const Address = "registry.terraform.io/hashicorp/aws"

// JSON is aws.json, in the shape of "terraform providers schema -json". generate.py
// writes it.
//
//go:embed aws.json
var JSON []byte
