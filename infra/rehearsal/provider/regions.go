package provider

import (
	"slices"
	"strings"
)

// regionNames are the Regions that the stand-in accepts. skip_region_validation in the
// provider block turns the check off, as in the real provider.
var regionNames = []string{
	"af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-south-2",
	"ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7",
	"ca-central-1", "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2",
	"eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1",
	"us-east-1", "us-east-2", "us-west-1", "us-west-2",
	"us-gov-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1",
}

func knownRegion(r string) bool { return slices.Contains(regionNames, r) }

// partitionOf returns a Region's partition and the suffix of its DNS names.
func partitionOf(region string) (partition, suffix string) {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn", "amazonaws.com.cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov", "amazonaws.com"
	}
	return "aws", "amazonaws.com"
}

// zoneID returns the short form of a Region in the ids of its zones: use1 for us-east-1.
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

// apiGatewayZones and s3Zones are the hosted zones to which alias records of regional
// API endpoints and of bucket websites point, by Region. The source is the AWS General
// Reference, "Amazon API Gateway endpoints" and "Amazon S3 website endpoints".
var apiGatewayZones = map[string]string{
	"us-east-1": "Z1UJRXOUMOOFQ8", "us-east-2": "ZOJJZC49E0EPZ", "us-west-1": "Z2MUQ32089INYE", "us-west-2": "Z2OJLYMUO9EFXC",
	"ap-south-1": "Z3VO1THU9YC4UR", "ap-northeast-1": "Z1YSHQZHG15GKL", "ap-northeast-2": "Z20JF4UZKIW1U8",
	"ap-southeast-1": "ZL327KTPIQFUL", "ap-southeast-2": "Z2RPCDW04V8134", "ca-central-1": "Z19DQILCV0OWEC",
	"eu-central-1": "Z1U9ULNL0V5AJ3", "eu-west-1": "ZLY8HYME6SFDD", "eu-west-2": "ZJ5UAJN8Y3Z2Q", "eu-west-3": "Z3KY65QIEKYHQQ",
	"eu-north-1": "Z3UWIKFBOOGXPP", "sa-east-1": "ZCMLWB8V5SYIT",
}

var s3Zones = map[string]string{
	"us-east-1": "Z3AQBSTGFYJSTF", "us-east-2": "Z2O1EMRO9K5GLX", "us-west-1": "Z2F56UZL2M1ACD", "us-west-2": "Z3BJ6K6RIION7M",
	"ap-south-1": "Z11RGJOFQNVJUP", "ap-northeast-1": "Z2M4EHUR26P7ZW", "ap-northeast-2": "Z3W03O7B5YMIYP",
	"ap-southeast-1": "Z3O0J2DXBE1FTB", "ap-southeast-2": "Z1WCIGYICN2BYD", "ca-central-1": "Z1QDHH18159H29",
	"eu-central-1": "Z21DNDUVLTQW6Q", "eu-west-1": "Z1BKCTXD74EZPE", "eu-west-2": "Z3GKZC51ZF0DB4", "eu-west-3": "Z3R1K369G5AVDG",
	"eu-north-1": "Z3BAZG2TWCNX0D", "sa-east-1": "Z7KQH4QJS55SO",
}

// lookupZone returns a Region's hosted zone, and an invented one for a Region that the
// table lacks.
func lookupZone(m map[string]string, region string) string {
	if z, ok := m[region]; ok {
		return z
	}
	return "Z" + digest("upper", 13, region)
}
