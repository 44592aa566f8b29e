package io.github.etcddiscovery;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules of docs/architecture.md that concern core.
 */
class ArchitectureTests {

	private static final String ROOT = "io.github.etcddiscovery";

	private static final JavaClasses CORE = new ClassFileImporter().importPath(Path.of("target/classes"));

	private static final Path SOURCES = Path.of("src/main/java");

	@Test
	void registryAndResolverNeverSeeEachOther() {
		check(noClasses().that().resideInAPackage(ROOT + ".registry").should().dependOnClassesThat(in(".resolver")));
		check(noClasses().that().resideInAPackage(ROOT + ".resolver").should().dependOnClassesThat(in(".registry")));
	}

	@Test
	void theRootSeesNoneOfThePackages() {
		check(noClasses().that().resideInAPackage(ROOT).should().dependOnClassesThat(resideInAPackage(ROOT + ".*..")));
	}

	@Test
	void addressRetryAndLoopSeeTheRootAtMost() {
		for (String leaf : List.of(".address", ".retry", ".loop")) {
			check(noClasses().that()
				.resideInAPackage(ROOT + leaf)
				.should()
				.dependOnClassesThat(ours().and(not(in(leaf))).and(not(resideInAPackage(ROOT)))));
		}
	}

	@Test
	void theProbeSeesAddressesOnly() {
		check(noClasses().that()
			.resideInAPackage(ROOT + ".probe")
			.should()
			.dependOnClassesThat(ours().and(not(in(".probe"))).and(not(in(".address")))));
	}

	@Test
	void codecsSeeTheRootAndAddressesOnly() {
		check(noClasses().that()
			.resideInAPackage(ROOT + ".codec")
			.should()
			.dependOnClassesThat(
					ours().and(not(in(".codec"))).and(not(in(".address"))).and(not(resideInAPackage(ROOT)))));
	}

	@Test
	void theClientSeesNothingOfTheWorkThatIsDoneWithIt() {
		check(noClasses().that()
			.resideInAPackage(ROOT + ".client..")
			.should()
			.dependOnClassesThat(in(".watch").or(in(".registry")).or(in(".resolver")).or(in(".codec"))));
	}

	@Test
	void jetcdIsSeenByTheClientOnly() {
		check(noClasses().that()
			.resideOutsideOfPackage(ROOT + ".client..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.etcd..", "io.netty..", "io.vertx..", "com.google.."));
	}

	@Test
	void grpcIsSeenByTheClientAndByWhatExtendsItAndThereItsApiOnly() {
		check(noClasses().that()
			.resideOutsideOfPackages(ROOT + ".client..", ROOT + ".grpc..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.grpc.."));
		check(noClasses().that()
			.resideInAPackage(ROOT + ".grpc..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("io.grpc.*.."));
	}

	@Test
	void nothingOfCoreNeedsWhatIsForGrpc() {
		check(noClasses().that().resideOutsideOfPackage(ROOT + ".grpc..").should().dependOnClassesThat(in(".grpc")));
	}

	@Test
	void noSpringInCore() {
		check(noClasses().should().dependOnClassesThat().resideInAnyPackage("org.springframework.."));
	}

	@Test
	void packagesHaveNoCycles() {
		check(slices().matching(ROOT + ".(*)..").should().beFreeOfCycles());
	}

	@Test
	void noTypeIsNamedAfterAPattern() {
		for (String ending : List.of("Manager", "Helper", "Util", "Utils", "Impl", "Processor", "Handler",
				"Constants")) {
			check(noClasses().should().haveSimpleNameEndingWith(ending));
		}
		check(noClasses().should().haveSimpleNameStartingWith("Abstract"));
	}

	@Test
	void noLocks() throws IOException {
		check(methods().should().notHaveModifier(JavaModifier.SYNCHRONIZED));
		check(noClasses().should().dependOnClassesThat().resideInAPackage("java.util.concurrent.locks"));
		assertThat(sources()).allSatisfy((file) -> assertThat(Files.readString(file)).as("%s", file)
			.doesNotContainPattern("\\bsynchronized\\s*\\("));
	}

	@Test
	void loopsKnowMonotonicTimeOnly() {
		for (String loop : List.of(".loop", ".watch", ".registry", ".resolver", ".retry", ".probe")) {
			check(noClasses().that()
				.resideInAPackage(ROOT + loop)
				.should()
				.callMethod(System.class, "currentTimeMillis")
				.orShould()
				.callMethod(Thread.class, "sleep", long.class)
				.orShould()
				.dependOnClassesThat()
				.haveNameMatching("java\\.time\\.(Instant|Clock|LocalDateTime|ZonedDateTime)"));
		}
	}

	@Test
	void nothingIsPrinted() {
		check(noClasses().should()
			.accessField(System.class, "out")
			.orShould()
			.accessField(System.class, "err")
			.orShould()
			.callMethod(Throwable.class, "printStackTrace"));
	}

	@Test
	void everyPackageIsNullMarked() throws IOException {
		assertThat(sources().stream().map(Path::getParent).distinct()).allSatisfy(
				(folder) -> assertThat(Files.readString(folder.resolve("package-info.java"))).contains("@NullMarked"));
	}

	@Test
	void packagesAreSmallAndMostlyPrivate() throws IOException {
		Map<Path, Long> sizes = sources().stream()
			.collect(Collectors.groupingBy(Path::getParent, Collectors.counting()));
		assertThat(sizes)
			.allSatisfy((folder, files) -> assertThat(files).as("files of %s", folder).isLessThanOrEqualTo(30));
		List<JavaClass> types = CORE.stream()
			.filter((type) -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
			.toList();
		long hidden = types.stream().filter((type) -> !type.getModifiers().contains(JavaModifier.PUBLIC)).count();
		assertThat(hidden * 100 / types.size()).as("percentage of package-private types").isGreaterThanOrEqualTo(40);
	}

	@Test
	void classesArePublicFinalOrHidden() {
		check(classes().that()
			.arePublic()
			.and()
			.areTopLevelClasses()
			.and()
			.areNotInterfaces()
			.and()
			.areNotAssignableTo(Throwable.class)
			.should()
			.haveModifier(JavaModifier.FINAL));
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

	private static void check(ArchRule rule) {
		rule.check(CORE);
	}

	private static DescribedPredicate<JavaClass> in(String name) {
		return resideInAPackage(ROOT + name + "..");
	}

	private static DescribedPredicate<JavaClass> ours() {
		return resideInAPackage(ROOT + "..");
	}

	private static List<Path> sources() throws IOException {
		try (Stream<Path> files = Files.walk(SOURCES)) {
			return files.filter((file) -> file.toString().endsWith(".java")).toList();
		}
	}

}
