# The API of one Region: the deployable document, imported as it is. Routes, validation,
# authorization and integrations are in the document, so a new operation changes nothing
# here.

locals {
  stage         = module.settings.names.stage
  document_path = coalesce(var.document, "${var.repository}/dist/deployable.json")

  # The only value that the document leaves open. API Gateway fills in everything else
  # that differs between Regions, and the stage variable what differs between
  # environments.
  placeholder = "\"MERIDIAN_USER_POOL_ARNS\""
  document    = try(file(local.document_path), "")
  body        = replace(local.document, local.placeholder, jsonencode(data.aws_cognito_user_pools.environment.arns))

  # Bytes. A response that fits into one packet gains nothing from compression.
  compressed_from = 1400
}

# One pool for all Regions: sign-in needs the pool's Region, and users who are signed in
# already continue in the others (see the README). AWS chooses the id.
data "aws_cognito_user_pools" "environment" {
  region = local.settings.home
  name   = module.settings.names.user_pool

  lifecycle {
    postcondition {
      condition     = length(self.arns) == 1
      error_message = "There are ${length(self.arns)} user pools named ${module.settings.names.user_pool} in ${local.settings.home}: the API needs exactly one. Apply the root global first, or remove the other pool."
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
  put_rest_api_mode = "overwrite" # removes what the document no longer has
  fail_on_warnings  = true        # otherwise AWS silently drops what it does not understand

  # For clients that accept it. The functions leave compression to the gateway.
  minimum_compression_size = local.compressed_from

  # Clients use the custom domain only: we control the TLS version, the name and the
  # failover there.
  disable_execute_api_endpoint = true

  endpoint_configuration {
    types           = ["REGIONAL"]
    ip_address_type = "dualstack"
  }

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = strcontains(local.document, local.placeholder)
      error_message = "${local.document_path} does not exist or is not a deployable document: write it with 'go tool mage contract:merge'."
    }
  }
}

resource "aws_api_gateway_deployment" "api" {
  region = var.region

  rest_api_id = aws_api_gateway_rest_api.api.id
  description = "The document ${substr(sha256(local.body), 0, 12)}"

  # A deployment is a copy of the API at one time. Without the trigger, a new document
  # would be imported and never served.
  triggers = {
    document    = sha256(local.body)
    compression = local.compressed_from
  }

  # The stage moves to the new deployment before the old one is deleted.
  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_api_gateway_stage" "api" {
  #checkov:skip=CKV_AWS_120: responses contain the caller's own data and change with it; a cache would serve old data and save little over DynamoDB.
  #checkov:skip=CKV2_AWS_77: the firewall has the rules against Log4j lookups; the check does not read a list of rules.
  #checkov:skip=CKV2_AWS_51: a client certificate authenticates the gateway to an HTTP backend; Lambda uses IAM.
  region = var.region

  rest_api_id           = aws_api_gateway_rest_api.api.id
  deployment_id         = aws_api_gateway_deployment.api.id
  stage_name            = local.stage
  description           = "Meridian ${var.environment} in ${var.region}"
  xray_tracing_enabled  = true
  cache_cluster_enabled = false

  # The document's integrations form the functions' names with it.
  variables = {
    environment = var.environment
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn
    format          = jsonencode(local.access_log)
  }
}

resource "aws_api_gateway_method_settings" "all" {
  #checkov:skip=CKV_AWS_225: the stage has no cache, on purpose (see the stage).
  region = var.region

  rest_api_id = aws_api_gateway_rest_api.api.id
  stage_name  = aws_api_gateway_stage.api.stage_name
  method_path = "*/*"

  settings {
    metrics_enabled        = true # by route, for the contexts' alarms
    logging_level          = "ERROR"
    data_trace_enabled     = false # bodies contain personal data
    caching_enabled        = false
    throttling_rate_limit  = local.settings.api.requestsPerSecond
    throttling_burst_limit = local.settings.api.burst
  }

  # Otherwise the first request would create the log group, without a key or an expiry.
  depends_on = [aws_cloudwatch_log_group.execution]
}

# A function can be invoked by this API, from this stage, for the route that it serves. A
# GET route serves HEAD, too. A path parameter matches any text.
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
