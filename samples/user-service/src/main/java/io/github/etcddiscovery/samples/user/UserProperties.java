package io.github.etcddiscovery.samples.user;

import java.nio.file.Path;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the user service.
 *
 * @param folder where users are stored, one file each; the same for all instances
 * @param hashIterations PBKDF2 rounds for new passwords; the default is what OWASP
 * recommends for HMAC-SHA512
 */
@Validated
@ConfigurationProperties("users")
record UserProperties(Path folder, @DefaultValue("210000") @Min(1000) int hashIterations) {
}
