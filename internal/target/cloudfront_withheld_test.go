package target

import (
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/google/go-cmp/cmp"
)

// sends is a configuration that sends each origin its X-Key.
func sends(values ...[2]string) *types.DistributionConfig {
	config := &types.DistributionConfig{Origins: &types.Origins{}}
	for _, v := range values {
		config.Origins.Items = append(config.Origins.Items, types.Origin{Id: aws.String(v[0]), CustomHeaders: &types.CustomHeaders{
			Items: []types.OriginCustomHeader{{HeaderName: aws.String("X-Key"), HeaderValue: aws.String(v[1])}},
		}})
	}
	return config
}

// A value is taken from where it stands after the promotion and not before, or from the origin's own place: so that it is
// the right one whether or not the promotion happened.
func TestCloudFrontConfig_aWithheldValueIsFoundBeforeAndAfterThePromotion(t *testing.T) {
	old := sends([2]string{"a", "1"}, [2]string{"b", "2"})
	for name, c := range map[string]struct {
		staging *types.DistributionConfig
		kept    []withheld
		lost    []withheld
	}{
		"the same":       {sends([2]string{"b", "2"}, [2]string{"a", "1"}), []withheld{{"a", "X-Key", "a"}, {"b", "X-Key", "b"}}, nil},
		"renamed":        {sends([2]string{"c", "1"}, [2]string{"b", "2"}), []withheld{{"a", "X-Key", "c"}, {"b", "X-Key", "b"}}, nil},
		"its own first":  {sends([2]string{"c", "1"}, [2]string{"a", "1"}, [2]string{"b", "2"}), []withheld{{"a", "X-Key", "a"}, {"b", "X-Key", "b"}}, nil},
		"moved to a new": {sends([2]string{"a", "2"}, [2]string{"b", "2"}, [2]string{"c", "1"}), []withheld{{"a", "X-Key", "c"}, {"b", "X-Key", "b"}}, nil},
		"swapped":        {sends([2]string{"a", "2"}, [2]string{"b", "1"}), nil, []withheld{{"a", "X-Key", ""}, {"b", "X-Key", ""}}},
		"one of none":    {sends([2]string{"b", "2"}), []withheld{{"b", "X-Key", "b"}}, []withheld{{"a", "X-Key", ""}}},
		"no origins":     {&types.DistributionConfig{}, nil, []withheld{{"a", "X-Key", ""}, {"b", "X-Key", ""}}},
	} {
		kept, lost := CloudFrontConfig{}.withhold(old, c.staging)
		if diff := cmp.Diff([][]withheld{c.kept, c.lost}, [][]withheld{kept, lost}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if len(lost) > 0 {
			continue
		}
		for when, now := range map[string]*types.DistributionConfig{"before": old, "after": c.staging} {
			whole, err := cloudFrontForm{Primary: CloudFrontConfig{}.bare(old), Withheld: kept}.whole(now)
			if err != nil || !reflect.DeepEqual(whole, sends([2]string{"a", "1"}, [2]string{"b", "2"})) {
				t.Errorf("%s, %s the promotion: %v, %v", name, when, whole, err)
			}
		}
	}
}
