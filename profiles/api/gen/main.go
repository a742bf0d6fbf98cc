// Command gen writes openapi.json and service.json of the profiles context.
package main

import (
	"github.com/meridian-api/meridian/contract/generate"
	"github.com/meridian-api/meridian/profiles/api"
)

func main() { generate.Main(api.Service()) }
