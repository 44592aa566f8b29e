package io.github.etcddiscovery.interop;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

/**
 * On a class of tests with Go peers: they are built before, and given as a parameter of
 * type {@link GoPrograms}. Without Go the tests are skipped, with
 * {@code -Dinterop.required=true} they fail.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(GoExtension.class)
@interface WithGo {

}
