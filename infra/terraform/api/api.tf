# The API of one Region: the deployable document, imported as it is. Routes,
# validation, authorization and integrations are all in it, so a new operation
# changes nothing here.

locals {
  stage         = module.settings.names.stage
  document_path = coalesce(var.document, "${var.repository}/dist/deployable.json")

  # The one value that the document leaves open. Everything else that differs
  # between Regions, API Gateway fills in itself, and between environments the
  # stage variable.
  placeholder = "\"MERIDIAN_USER_POOL_ARNS\""
  document    = try(file(local.document_path), "")
  body        = replace(local.document, local.placeholder, jsonencode(data.aws_cognito_user_pools.environment.arns))

  # Bytes. An answer that fits into one packet gains nothing by being smaller.
  compressed_from = 1400
}

# One pool for all Regions, so sign-in follows the pool's Region; what is signed
# in already goes on elsewhere (see the README). The id is AWS's choice.
data "aws_cognito_user_pools" "environment" {
  region = local.settings.home
  name   = module.settings.names.user_pool

  lifecycle {
    postcondition {
      condition     = length(self.arns) == 1
      error_message = "There are ${length(self.arns)} user pools named ${module.settings.names.user_pool} in ${local.settings.home}: the API trusts exactly one. Apply the root global first, or remove the foreign pool."
    }
  }
}

data "aws_kms_alias" "environment" {
  region = var.region
  name   = module.settings.names.key_alias
}

resource "aws_api_gateway_rest_api" "api" {
  region = var.region

  name              = module.settings.names.api
  description       = "Meridian ${var.environment} in ${var.region}"
  body              = local.body
  put_rest_api_mode = "overwrite" # what the document no longer has is removed
  fail_on_warnings  = true        # otherwise AWS drops what it does not understand, and says nothing

  # For clients that accept it. The functions leave it to the gateway.
  minimum_compression_size = local.compressed_from

  # Clients come by the custom domain alone: only there are the TLS version, the
  # name and the failover ours.
  disable_execute_api_endpoint = true

  endpoint_configuration {
    types           = ["REGIONAL"]
    ip_address_type = "dualstack"
  }

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = strcontains(local.document, local.placeholder)
      error_message = "${local.document_path} is not there, or is no deployable document: make it with 'go tool mage contract:merge'."
    }
  }
}

resource "aws_api_gateway_deployment" "api" {
  region = var.region

  rest_api_id = aws_api_gateway_rest_api.api.id
  description = "The document ${substr(sha256(local.body), 0, 12)}"

  # A deployment is a copy of the API as it was. Without this, a new document
  # would be imported and never served.
  triggers = {
    document    = sha256(local.body)
    compression = local.compressed_from
  }

  # The stage goes over to the new deployment before the old one can go.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "api" {
  #checkov:skip=CKV_AWS_120: answers are the caller's own data and change with it; a cache per stage would be slower to be right than DynamoDB is to answer.
  #checkov:skip=CKV2_AWS_77: the firewall has the rules against Log4j's lookups; the check cannot see into a list.
  #checkov:skip=CKV2_AWS_51: a client certificate proves the gateway to a backend that is reached over HTTP; Lambda is reached with IAM.
  region = var.region

  rest_api_id           = aws_api_gateway_rest_api.api.id
  deployment_id         = aws_api_gateway_deployment.api.id
  stage_name            = local.stage
  description           = "Meridian ${var.environment} in ${var.region}"
  xray_tracing_enabled  = true
  cache_cluster_enabled = false

  # The document's integrations name the functions with it.
  variables = {
    environment = var.environment
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format          = jsonencode(local.access_log)
  }
}

resource "aws_api_gateway_method_settings" "all" {
  #checkov:skip=CKV_AWS_225: there is no cache, on purpose (see the stage).
  region = var.region

  rest_api_id = aws_api_gateway_rest_api.api.id
  stage_name  = aws_api_gateway_stage.api.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = true # by route, which the contexts' alarms look at
    logging_level          = "ERROR"
    data_trace_enabled     = false # bodies hold personal data
    caching_enabled        = false
    throttling_rate_limit  = local.settings.api.requestsPerSecond
    throttling_burst_limit = local.settings.api.burst
  }

  # Its log group would otherwise be made by the first request, without a key or an end.
  depends_on = [aws_cloudwatch_log_group.execution]
}

# Who may invoke a function: this API, this stage, and the one route that the
# function serves, which for a GET is a HEAD, too. A path parameter matches any text.
resource "aws_lambda_permission" "route" {
  for_each = merge([
    for key, f in module.settings.functions : {
      for method in(f.method == "GET" ? ["GET", "HEAD"] : [f.method]) : "${key} ${method}" => { name = module.settings.names.functions[key], path = f.path, method = method }
    }
  ]...)
  region = var.region

  statement_id  = "api-${lower(each.value.method)}"
  action        = "lambda:InvokeFunction"
  function_name = each.value.name
  qualifier     = "live"
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_api_gateway_rest_api.api.execution_arn}/${local.stage}/${each.value.method}${replace(each.value.path, "/\\{[^}]*\\}/", "*")}"
}
