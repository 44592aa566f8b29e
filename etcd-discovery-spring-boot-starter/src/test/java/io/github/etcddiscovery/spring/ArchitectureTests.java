package io.github.etcddiscovery.spring;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/** The rules of docs/architecture.md for the starter. */
@AnalyzeClasses(packages = "io.github.etcddiscovery.spring", importOptions = DoNotIncludeTests.class)
class ArchitectureTests {

	private static final String ROOT = "io.github.etcddiscovery.spring";

	@ArchTest
	static final ArchRule theRootIsALeaf = noClasses().that()
		.resideInAPackage(ROOT)
		.should()
		.dependOnClassesThat()
		.resideInAPackage(ROOT + ".*..");

	@ArchTest
	static final ArchRule autoConfigurationIsSeenByNobody = noClasses().that()
		.resideOutsideOfPackage(ROOT + ".autoconfigure..")
		.should()
		.dependOnClassesThat()
		.resideInAPackage(ROOT + ".autoconfigure..");

	@ArchTest
	static final ArchRule featuresNeverSeeEachOther = slices().matching(ROOT + ".(*)..")
		.that(describe("are features", (slice) -> !slice.getDescription().contains("autoconfigure")))
		.should()
		.notDependOnEachOther();

	@ArchTest
	static final ArchRule packagesHaveNoCycles = slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

	@ArchTest
	static final ArchRule jetcdIsCoresBusiness = noClasses().should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.etcd..", "io.netty..", "io.vertx..")
		.as("nothing of jetcd is seen here, so that starting costs nothing of it");

	@ArchTest
	static final ArchRule grpcIsSeenByWhatIsForItOnly = noClasses().that()
		.haveNameNotMatching(ROOT + "\\.(grpc\\..*|autoconfigure\\.EtcdGrpc.*)")
		.should()
		.dependOnClassesThat()
		.resideInAnyPackage("io.grpc..", "io.github.etcddiscovery.grpc..");

	@ArchTest
	static final ArchRule autoConfigurationsArePublicAndFinal = classes().that()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePublic()
		.andShould()
		.haveModifier(JavaModifier.FINAL);

	@ArchTest
	static final ArchRule beanMethodsArePackagePrivate = methods().that()
		.areAnnotatedWith(Bean.class)
		.should()
		.bePackagePrivate();

	/**
	 * The exception is what names the health component {@code etcd}; it steps back by
	 * name.
	 */
	@ArchTest
	static final ArchRule namesOfBeansAreNoneThatUsersTake = methods().that()
		.areAnnotatedWith(Bean.class)
		.should()
		.haveNameMatching("etcdDiscovery.+|etcdHealthContributor");

	@ArchTest
	static final ArchRule namesSayWhatThingsAre = noClasses().should()
		.haveNameMatching(".*(Manager|Helper|Util|Utils|Impl|Processor|Handler|Constants)")
		.orShould()
		.haveSimpleNameStartingWith("Abstract");

	@ArchTest
	static final ArchRule everyPackageIsNullMarked = classes().that()
		.haveSimpleName("package-info")
		.should()
		.beAnnotatedWith(NullMarked.class);

	@ArchTest
	static final ArchRule nothingIsRefreshed = noClasses().should()
		.dependOnClassesThat(describe("are about refreshing",
				(JavaClass type) -> type.getName().startsWith("org.springframework.cloud.context.scope.refresh")));

	/** One request of a client may be: {@code lb} is no scheme that it could call. */
	@ArchTest
	static final ArchRule noHttpClientOfTheUserIsTouched = noClasses().should()
		.dependOnClassesThat()
		.haveNameMatching("org\\.springframework\\.web\\.(?!.*\\.ClientRequest\\b).*Client.*"
				+ "|org\\.springframework\\.web\\.client\\.RestTemplate");

	@ArchTest
	static final ArchRule publicClassesAreFinal = classes().that()
		.arePublic()
		.and()
		.areTopLevelClasses()
		.and()
		.areNotInterfaces()
		.and()
		.areNotAnnotatedWith(Configuration.class)
		.should()
		.haveModifier(JavaModifier.FINAL);

	@ArchTest
	static final ArchRule autoConfigurationsHaveNoPublicConstructor = constructors().that()
		.areDeclaredInClassesThat()
		.areAnnotatedWith(AutoConfiguration.class)
		.should()
		.bePackagePrivate();

	@ArchTest
	static void mostTypesAreHiddenWhereTheyCan(JavaClasses all) {
		List<JavaClass> types = topLevel(all);
		long hidden = types.stream().filter((type) -> !type.getModifiers().contains(JavaModifier.PUBLIC)).count();
		assertThat(100 * hidden / types.size()).as("percentage of package-private types").isGreaterThanOrEqualTo(40);
	}

	@ArchTest
	static void packagesAreSmall(JavaClasses all) {
		assertThat(
				topLevel(all).stream().collect(Collectors.groupingBy(JavaClass::getPackageName, Collectors.counting())))
			.allSatisfy((name, types) -> assertThat(types).as("types of %s", name).isLessThanOrEqualTo(25));
	}

	private static List<JavaClass> topLevel(JavaClasses all) {
		return all.stream()
			.filter((type) -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
			.toList();
	}

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
