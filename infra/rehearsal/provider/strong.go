package provider

import (
	"fmt"
	"slices"
)

// consistency is what a table's configuration says of its members in other Regions.
// Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/multi-region-strong-consistency-gt.html
type consistency struct {
	strong, eventual []string // Regions of replicas, sorted
	witnesses        []string // Regions
}

func consistencyOf(table map[string]any) consistency {
	var c consistency
	for _, r := range asList(table["replica"]) {
		region := asString(asMap(r)["region_name"])
		if asMap(r)["consistency_mode"] == "STRONG" {
			c.strong = append(c.strong, region)
		} else {
			c.eventual = append(c.eventual, region)
		}
	}
	for _, w := range asList(table["global_table_witness"]) {
		c.witnesses = append(c.witnesses, asString(asMap(w)["region_name"]))
	}
	slices.Sort(c.strong)
	slices.Sort(c.eventual)
	return c
}

// checkStrong returns the errors by which DynamoDB refuses a strongly consistent table.
func checkStrong(conf map[string]any) []diagnostic {
	if isUnknown(conf["replica"]) || isUnknown(conf["global_table_witness"]) {
		return nil
	}
	c := consistencyOf(conf)
	if len(c.strong)+len(c.witnesses) == 0 {
		return nil
	}
	var out []diagnostic
	refuse := func(at, summary, detail string) { out = append(out, diagnostic{[]any{at}, summary, detail}) }
	if len(c.eventual) > 0 {
		refuse("replica", "Mixed consistency", "All replicas of a table must have the same consistency_mode, and a witness needs STRONG.")
	}
	if n := len(c.strong); n == 0 || n+len(c.witnesses) != 2 {
		refuse("replica", "Wrong number of members", fmt.Sprintf("A table with multi-Region strong consistency has three replicas, "+
			"or two and a witness, its own Region included: got %d and %d.", n+1, len(c.witnesses)))
	}
	for _, ttl := range asList(conf["ttl"]) {
		if asMap(ttl)["enabled"] == true {
			refuse("ttl", "TTL of a strongly consistent table", "TTL is not supported for global tables with multi-Region strong consistency.")
		}
	}
	if isSet(conf["local_secondary_index"]) {
		refuse("local_secondary_index", "Index of a strongly consistent table",
			"Local secondary indexes are not supported for global tables with multi-Region strong consistency.")
	}
	return out
}

// checkMembersKept returns an error if an update changes the consistency mode of a table
// or one of its members. A strongly consistent table can only lose its other members all
// at once. DynamoDB makes an empty table strongly consistent; the account does not know
// items, so a table that exists counts as one with items.
func checkMembersKept(prior, planned map[string]any) error {
	was, is := consistencyOf(prior), consistencyOf(planned)
	name := asString(prior["name"])
	switch strong := len(is.strong) > 0; {
	case len(was.strong) == 0 && strong:
		return fmt.Errorf("ValidationException: table %s cannot change to multi-Region strong consistency: "+
			"its consistency mode is fixed, and only an empty table can become strongly consistent", name)
	case len(was.strong) > 0 && len(is.eventual) > 0:
		return fmt.Errorf("ValidationException: table %s cannot change from multi-Region strong consistency", name)
	case len(was.strong) > 0 && strong && !(slices.Equal(was.strong, is.strong) && slices.Equal(was.witnesses, is.witnesses)):
		return fmt.Errorf("ValidationException: the members of table %s cannot change one by one: "+
			"it has replicas in %q and witnesses in %q, in addition to its own Region", name, was.strong, was.witnesses)
	}
	return nil
}
