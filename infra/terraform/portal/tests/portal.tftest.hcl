mock_provider "aws" {
  mock_data "aws_caller_identity" {
    defaults = {
      account_id = "111122223333"
    }
  }

  mock_data "aws_partition" {
    defaults = {
      partition = "aws"
    }
  }

  mock_resource "aws_s3_bucket" {
    defaults = {
      arn = "arn:aws:s3:::mock"
    }
  }

  mock_resource "aws_acm_certificate" {
    defaults = {
      domain_validation_options = [
        { domain_name = "docs.meridian.example.com", resource_record_name = "_mock.docs.meridian.example.com", resource_record_type = "CNAME", resource_record_value = "mock.acm-validations.aws" },
      ]
    }
  }
}

variables {
  repository  = "../testdata/house"
  environment = "prod"
}

run "the_files_have_the_types_that_browsers_need" {
  command = plan

  assert {
    condition     = aws_s3_object.file["index.html"].content_type == "text/html; charset=utf-8"
    error_message = "A browser would offer the page for download."
  }

  # The last ending counts.
  assert {
    condition     = aws_s3_object.file["app.v2.js"].content_type == "text/javascript; charset=utf-8" && aws_s3_object.file["CNAME"].content_type == "application/octet-stream"
    error_message = "A file without a known ending has a type of another."
  }
}

run "only_cloudfront_reads_the_bucket_and_only_over_tls_1_2" {
  command = apply

  assert {
    condition     = aws_cloudfront_origin_access_control.portal.signing_behavior == "always" && one(aws_cloudfront_distribution.portal.origin).origin_access_control_id == aws_cloudfront_origin_access_control.portal.id
    error_message = "CloudFront does not sign its requests."
  }

  assert {
    condition     = aws_cloudfront_distribution.portal.viewer_certificate[0].minimum_protocol_version == "TLSv1.2_2021" && aws_cloudfront_distribution.portal.default_cache_behavior[0].viewer_protocol_policy == "redirect-to-https"
    error_message = "The portal accepts plain HTTP or old TLS."
  }
}

run "the_portal_cannot_be_framed_and_keeps_browsers_on_tls" {
  command = apply

  assert {
    condition = (
      aws_cloudfront_distribution.portal.default_cache_behavior[0].response_headers_policy_id == aws_cloudfront_response_headers_policy.portal.id
      && aws_cloudfront_response_headers_policy.portal.security_headers_config[0].frame_options[0].frame_option == "DENY"
      && aws_cloudfront_response_headers_policy.portal.security_headers_config[0].strict_transport_security[0].access_control_max_age_sec == 31536000
    )
    error_message = "The pages lack these headers."
  }
}

run "the_certificate_is_in_cloudfronts_region" {
  command = plan

  assert {
    condition     = aws_acm_certificate.portal.region == "us-east-1" && aws_acm_certificate.portal.domain_name == "docs.meridian.example.com"
    error_message = "The certificate is in another Region."
  }
}

run "a_site_that_is_not_built_fails" {
  command = plan

  variables {
    site = "../testdata/nothing"
  }

  expect_failures = [aws_cloudfront_distribution.portal]
}

run "an_unknown_environment_fails" {
  command = plan

  variables {
    environment = "prd"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "a_missing_domain_fails" {
  command = plan

  variables {
    environment = "nodomain"
  }

  expect_failures = [data.aws_caller_identity.current]
}

run "a_bad_region_fails" {
  command = plan

  variables {
    environment = "badregion"
  }

  expect_failures = [data.aws_caller_identity.current]
}
