package io.github.etcddiscovery.test;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

@AnalyzeClasses(packages = "io.github.etcddiscovery.test", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

	private static final String OURS = "io.github.etcddiscovery.test..";

	/** Core's tests use this module, and users' tests must not get more than this. */
	@ArchTest
	static final ArchRule dependsOnNothingButTheJdkSlf4jAndJunit = classes().that()
		.resideInAPackage(OURS)
		.should()
		.onlyDependOnClassesThat(resideInAnyPackage(OURS, "java..", "org.slf4j..", "org.jspecify.annotations..",
				"org.junit.jupiter.api.extension.."));

	/** JUnit is optional: a demo or a benchmark runs a cluster without it. */
	@ArchTest
	static final ArchRule onlyTheExtensionKnowsJunit = noClasses().that()
		.doNotBelongToAnyOf(EtcdExtension.class, EtcdTest.class)
		.should()
		.dependOnClassesThat(resideInAPackage("org.junit.."));

	@ArchTest
	static final ArchRule binariesAreALeaf = noClasses().that()
		.resideInAPackage("..test.binaries")
		.should()
		.dependOnClassesThat(resideInAPackage(OURS).and(DescribedPredicate.not(resideInAPackage("..test.binaries"))));

	@ArchTest
	static final ArchRule packagesHaveNoCycles = slices().matching("io.github.etcddiscovery.(**)")
		.should()
		.beFreeOfCycles();

	/** The common pool has one thread on two cores, see {@code OwnThreads}. */
	@Test
	void testsDoNothingInTheCommonPool() {
		noClasses().should()
			.callMethod(CompletableFuture.class, "runAsync", Runnable.class)
			.orShould()
			.callMethod(CompletableFuture.class, "supplyAsync", Supplier.class)
			.check(new ClassFileImporter().importPath(Path.of("target/test-classes")));
	}

}
