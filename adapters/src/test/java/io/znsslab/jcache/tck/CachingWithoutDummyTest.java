package io.znsslab.jcache.tck;

import java.util.List;
import org.jsr107.tck.CachingTest;
import org.junit.runner.RunWith;
import org.junit.runners.BlockJUnit4ClassRunner;
import org.junit.runners.model.FrameworkMethod;
import org.junit.runners.model.InitializationError;

/**
 * The official tests of that name, but for the one that fails always: it tries whether a list of excluded tests is
 * heeded, and such a list would let it pass without having run.
 */
@RunWith(CachingWithoutDummyTest.Others.class)
public class CachingWithoutDummyTest extends CachingTest {
    /** For JUnit. */
    public CachingWithoutDummyTest() {}

    /** Runs the others. */
    public static final class Others extends BlockJUnit4ClassRunner {
        /** For JUnit. */
        public Others(Class<?> tests) throws InitializationError {
            super(tests);
        }

        @Override
        protected List<FrameworkMethod> computeTestMethods() {
            return super.computeTestMethods().stream()
                    .filter(test -> !test.getName().equals("dummyTest"))
                    .toList();
        }
    }
}
