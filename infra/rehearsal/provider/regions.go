package provider

import (
	"slices"
	"strings"
)

// regionNames are the regions the stand-in accepts. skip_region_validation in the
// provider block turns the check off, as it does in the real provider.
var regionNames = []string{
	"af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2",
	"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
	"ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2",
	"eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1",
	"us-east-1", "us-east-2", "us-west-1", "us-west-2",
	"us-gov-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1",
}

func knownRegion(r string) bool { return slices.Contains(regionNames, r) }

func partitionOf(region string) (partition, suffix string) {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn", "amazonaws.com.cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov", "amazonaws.com"
	}
	return "aws", "amazonaws.com"
}

// zoneID is the short form of a region in zone ids: us-east-1 is use1.
func zoneID(region string) string {
	parts := strings.Split(region, "-")
	short := map[string]string{
		"north": "n", "south": "s", "east": "e", "west": "w", "central": "c", "northeast": "ne", "northwest": "nw",
		"southeast": "se", "southwest": "sw", "gov": "g",
	}
	out := ""
	for _, p := range parts {
		if s, ok := short[p]; ok {
			out += s
		} else {
			out += p
		}
	}
	return out
}
