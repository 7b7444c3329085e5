package io.znsslab.jcache.tck;

import org.jsr107.tck.CachingTest;

/**
 * The official tests of that name, but for the one that fails always: it tries whether a list of excluded tests is
 * heeded, and such a list would let it pass without having run.
 */
public class CachingWithoutDummyTest extends CachingTest {
    /** For JUnit. */
    public CachingWithoutDummyTest() {}

    /** Without an annotation this is no test. */
    @Override
    public void dummyTest() {}
}
