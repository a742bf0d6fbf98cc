// Command gen writes openapi.json and service.json of the accounts context.
package main

import (
	"github.com/meridian-api/meridian/accounts/api"
	"github.com/meridian-api/meridian/contract/generate"
)

func main() { generate.Main(api.Service()) }
